namespace Binnacle.PromQL.Tests;

public sealed class SyntaxCheckTests
{
    public static TheoryData<string> Accepted => [.. Expressions.Vectors, .. Expressions.Others];

    public static TheoryData<string> Refused => [.. Expressions.Refused];

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Takes_what_Prometheus_takes(string expression) => SyntaxCheck.Check(expression).ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refuses_with_a_place_inside_the_text(string expression)
    {
        var error = SyntaxCheck.Check(expression)[0];
        error.Offset.ShouldBeInRange(0, expression.Length);
        error.Message.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("up +", "1:5: unexpected end of input, expected a metric, a number, a function call or \"(\"")]
    [InlineData("sum(\n  rat(up[5m])\n)", "2:3: unknown function \"rat\" (did you mean rate?)")]
    [InlineData("Rate(up[5m])", "1:1: unknown function \"Rate\" (did you mean rate?)")]
    [InlineData("frobnicate(up)", "1:1: unknown function \"frobnicate\"")]
    [InlineData("rate(up)", "1:6: an instant vector as argument 1 of rate, expected a range vector, such as foo[5m]")]
    [InlineData("up up", "1:4: unexpected name \"up\", expected an operator or the end of the expression")]
    [InlineData("(up", "1:1: \"(\" is never closed, expected \")\"")]
    [InlineData("up{a=b}", "1:6: unexpected name \"b\", expected the label's value in quotes (did you mean \"b\"?)")]
    [InlineData("up{a=\"b}", "1:6: unterminated string, expected a closing \"")]
    [InlineData(
        "up[5m5h]",
        "1:4: bad duration: every unit once, from the largest to the smallest: \"5m5h\", expected a duration such as 90s, 5m or 1h30m (did you mean 5h5m?)"
    )]
    [InlineData("1 == 1", "1:3: a comparison between scalars, expected == bool")]
    [InlineData(
        "{}",
        "1:1: the selector matches everything, expected a metric name, or a matcher that does not match the empty string"
    )]
    [InlineData("clamp(up, 1)", "1:1: clamp got 2 arguments, expected 3")]
    [InlineData(
        "up{a=\"é\"} ! up",
        "1:11: unexpected \"!\", expected \"!=\", or \"unless\" for what must not be there"
    )]
    public void Says_where_and_what_would_be_right(string expression, string error) =>
        SyntaxCheck.Check(expression)[0].ToString().ShouldBe(error);

    [Fact]
    public void Finds_every_unknown_function_at_once() =>
        SyntaxCheck.Check("rat(a[5m]) + abz(b)").Select(e => e.Column).ShouldBe([1, 14]);

    [Theory]
    [InlineData("(", "")]
    [InlineData("-", "1")]
    [InlineData("abs(", "")]
    [InlineData("1+", "1")]
    [InlineData("1^", "1")]
    [InlineData("up[5m:", "")]
    [InlineData("up[(", "")]
    public void Survives_endless_nesting(string part, string end)
    {
        var text = string.Concat(Enumerable.Repeat(part, 200_000)) + end;
        Should.NotThrow(() => SyntaxCheck.Check(text));
        Should.NotThrow(() => SelectorScoper.Enforce(text, "a", "b"));
        Should.NotThrow(() => PromQlText.Equivalent(text, text + " "));
    }

    [Theory]
    [InlineData("histogram_quantiles(up, 'q', 0.5, 0.9)")]
    [InlineData("info(up)")]
    [InlineData("info(up, {a=~'.*'})")]
    [InlineData("limitk(3, up)")]
    [InlineData("rate(up[5m] smoothed)")]
    [InlineData("up + fill (0) up")]
    [InlineData("up + on (a) group_left (b) fill_left (-1) fill_right (1) up")]
    [InlineData("rate(up[5m + step()] offset (1m * 2))")]
    [InlineData("up[step()] offset -min_of(1m, range())")]
    [InlineData("up </ 5")]
    [InlineData("holt_winters(up[5m], 0.1, 0.1)")]
    public void Takes_experimental_and_bygone_syntax(string expression) =>
        SyntaxCheck.Check(expression).ShouldBeEmpty();
}
