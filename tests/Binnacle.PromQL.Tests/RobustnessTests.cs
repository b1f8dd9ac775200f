using System.Text;
using Binnacle.PromQL.Printing;
using Binnacle.PromQL.Syntax;
using FsCheck;
using FsCheck.Fluent;

namespace Binnacle.PromQL.Tests;

/// <summary>Whatever the text: no crash, no end of the stack, no time beyond what its length explains.</summary>
public sealed class RobustnessTests
{
    /// <summary>Smaller than any thread that .NET makes by itself, musl's included.</summary>
    private const int SmallStack = 256 * 1024;

    public static TheoryData<string, string, string> Nestings =>
        new()
        {
            { "(", "x", ")" },
            { "-", "x", "" },
            { "-(", "1", ")" },
            { "abs(", "x", ")" },
            { "sum by (a) (", "x", ")" },
            { "topk(1, ", "x", ")" },
            { "1 ^ ", "x", "" },
            { "1 + ", "x", "" },
            { "a or b and c == d + e * f ^ (", "x", ")" },
            { "a or b and c == d + e * f ^ -abs(", "x", ")" },
            { "max_over_time((", "x", ")[5m:])" },
            { "label_replace(", "x", ", \"a\", \"b\", \"c\", \"d\")" },
            { "x[(", "5m", ")]" },
            { "x[-", "5m", "]" },
            { "x[1m ^ ", "5m", "]" },
            { "x[1m + 2 * 3 ^ (", "5m", ")]" },
            { "x[max_of(1m, ", "5m", ")]" },
            { "x offset (", "5m", ")" },
            { "", "x", "[5m:]" },
            { "", "x", " offset 5m" },
            { "", "x", " + 1" },
            { "{a=~\"", "(", "\"}" },
        };

    [Theory]
    [MemberData(nameof(Nestings))]
    [Trait("Guarantee", "P5")]
    public void Nesting_is_bounded_on_a_small_stack(string open, string middle, string close)
    {
        foreach (var times in (int[])[20, PromQlOptions.MaxNesting, 999, 100_000])
        {
            var text = Repeat(open, times) + middle + Repeat(close, times);
            OnSmallStack(() => Use(text));
        }
    }

    /// <summary>The last fault that is reported ends the parse wherever it is found, in the middle of brackets too.</summary>
    [Theory]
    [Trait("Guarantee", "P5")]
    [InlineData("(x)[--1ms:]", "2.49")]
    [InlineData("(x)[+1m]", "3.3")]
    [InlineData("(x)[(5m)]", "3.5")]
    [InlineData("(x)[5m * (2)]", "3.13")]
    [InlineData("(x)[5m / 0]", "3.14")]
    public void Ends_at_any_fault(string faulty, string version)
    {
        var options = new PromQlOptions { PrometheusVersion = Version.Parse(version) };
        for (var before = 0; before < 12; before++)
        {
            var text = $"label_join({Repeat("1 1, ", before)}{Repeat(faulty + ", ", 12)}x)";
            PromQlExpression.Parse(text, options).Errors.Count.ShouldBeInRange(1, 10);
        }
    }

    [Fact]
    [Trait("Guarantee", "P5")]
    public void Says_that_it_is_too_deep_and_where()
    {
        const int most = PromQlOptions.MaxNesting;
        SyntaxCheck.Check(Repeat("(", most) + "x" + Repeat(")", most)).ShouldBeEmpty();
        var error = SyntaxCheck.Check(Repeat("(", most + 1) + "x" + Repeat(")", most + 1)).ShouldHaveSingleItem();
        error.Offset.ShouldBe(most);
        error.Message.ShouldBe($"the expression is nested too deeply: more than {most} levels");

        SyntaxCheck.Check(string.Join(" or ", Enumerable.Repeat("x", PromQlOptions.MaxHeight))).ShouldBeEmpty();
        SyntaxCheck
            .Check(string.Join(" or ", Enumerable.Repeat("x", PromQlOptions.MaxHeight + 1)))
            .ShouldHaveSingleItem()
            .Message.ShouldBe($"more than {PromQlOptions.MaxHeight} operators and brackets within each other");
    }

    [Fact]
    [Trait("Guarantee", "P5")]
    public void No_tree_is_higher_than_promised()
    {
        // Chains within parentheses at the left end of chains: their heights add up.
        var text = "x";
        for (var i = 0; i < 60; i++)
        {
            text = $"({text})" + Repeat(" + 1", 30);
        }

        var parsed = PromQlExpression.Parse(text);
        parsed.Root.ShouldBeNull();
        parsed.Errors.ShouldHaveSingleItem().Message.ShouldContain("within each other");
    }

    /// <summary>Eight times the text may take much longer than eight times the time on a busy machine, but not what a square would.</summary>
    [Theory]
    [InlineData("a + ")]
    [InlineData("\"a\\n")]
    [InlineData("{a=~\"b\",")]
    [InlineData("a{b=\"c\",d=")]
    [InlineData("sum by (a, b")]
    [InlineData("x[5m:")]
    [InlineData("fill \n")]
    [InlineData("fill        ")]
    [InlineData("!")]
    [InlineData("$ ")]
    [InlineData("5 m ")]
    [InlineData("a b ")]
    [InlineData("]")]
    [InlineData("1_")]
    [InlineData("foo(x, ")]
    [InlineData("(]")]
    [InlineData("#\n")]
    [InlineData("by (a) ")]
    [InlineData("\u00a0")]
    [Trait("Guarantee", "P5")]
    public Task Time_grows_with_length_alone(string part) =>
        // A second's work; where it grew with the square of the length, hours.
        Task.Run(() => SyntaxCheck.Check(Repeat(part, 2_000_000)), TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);

    [Fact]
    [Trait("Guarantee", "P5")]
    public void Any_text_is_judged_without_a_crash() =>
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text => Use(text ?? "")).QuickCheckThrowOnFailure();

    [Fact]
    [Trait("Guarantee", "P5")]
    public void Any_bytes_are_judged_without_a_crash()
    {
        var random = new Random(11);
        var bytes = new byte[200];
        for (var i = 0; i < 5_000; i++)
        {
            var length = random.Next(bytes.Length);
            random.NextBytes(bytes);
            Use(Encoding.UTF8.GetString(bytes, 0, length));
            Use(Encoding.Latin1.GetString(bytes, 0, length));
            // Halves of surrogate pairs, too.
            Use(Encoding.Unicode.GetString(bytes, 0, length & ~1));
        }
    }

    private static void Use(string text)
    {
        var parsed = PromQlExpression.Parse(text, PromQlOptions.Any);
        foreach (var error in parsed.Errors)
        {
            _ = SourceExcerpt.Of(text, error) + error;
        }

        _ = PromQlText.Equivalent(text, text + " ");
        _ = SelectorScoper.Enforce(text, "a", "b");
        if (parsed.Root is { } root)
        {
            root.Walk(_ => { });
            _ = parsed.Kind;
            _ = PromQlPrinter.Print(root);
            if (text.Length < 10_000)
            {
                _ = PromQlPrinter.Pretty(root);
            }
        }
    }

    private static void OnSmallStack(Action action)
    {
        Exception? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    action();
                }
                catch (Exception e)
                {
                    thrown = e;
                }
            },
            SmallStack
        );
        thread.Start();
        thread.Join(TimeSpan.FromMinutes(2)).ShouldBeTrue();
        thrown.ShouldBeNull();
    }

    private static string Repeat(string part, int times) => new StringBuilder().Insert(0, part, times).ToString();
}
