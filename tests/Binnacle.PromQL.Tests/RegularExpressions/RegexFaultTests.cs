using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Tests.RegularExpressions;

public sealed class RegexFaultTests
{
    public static TheoryData<string, Re2FaultCode, string, string> Faulty { get; } =
    [.. RegexTables.Faulty.Select(row => (row.Pattern, row.Code, row.Part, row.Suggests))];

    public static TheoryData<string> Valid { get; } = [.. RegexTables.Valid];

    [Theory]
    [MemberData(nameof(Faulty))]
    [Trait("Guarantee", "RE3")]
    public void A_fault_names_its_place_and_what_would_be_right(
        string pattern,
        Re2FaultCode code,
        string part,
        string suggests
    )
    {
        Re2Pattern.TryParse(pattern, out _, out var fault).ShouldBeFalse();
        fault!.Code.ShouldBe(code);
        fault.Message.ShouldStartWith($"{Re2Fault.Words(code)}: ");
        pattern[fault.Offset..fault.End].ShouldBe(part);
        fault.Suggestion.ShouldContain(suggests);
        fault.ToString().ShouldStartWith($"character {fault.Offset + 1}: ");
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void What_Go_takes_is_taken(string pattern) =>
        Re2Pattern.TryParse(pattern, out _, out var fault).ShouldBeTrue(fault?.ToString());

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        // Attributes cannot carry halves of pairs.
        (string Pattern, int Offset)[] rows =
        [
            ("\ud800", 0),
            ("a\udc00b", 1),
            ("😀\ud83d", 2),
            ("(?P<\ud800>a)", 4),
            ("\\Q\ud800\\E", 2),
        ];
        foreach (var (pattern, offset) in rows)
        {
            Re2Pattern.TryParse(pattern, Re2Use.Relabeling, out _, out var fault).ShouldBeFalse();
            (fault!.Code, fault.Offset).ShouldBe((Re2FaultCode.InvalidUtf8, offset));
        }
    }

    [Fact]
    public void Levels_are_counted_up_to_a_thousand()
    {
        Re2Pattern.TryParse(Nested(998), out _, out _).ShouldBeTrue();
        Re2Pattern.TryParse(Nested(1001), out _, out var fault).ShouldBeFalse();
        fault!.Code.ShouldBe(Re2FaultCode.NestsTooDeeply);

        static string Nested(int levels) => new string('(', levels) + "a" + new string(')', levels);
    }

    [Theory]
    [InlineData("((a{100}){10}){10}", Re2FaultCode.InvalidRepeatCount)]
    [InlineData("(((a{10}){10}){10}(b{10}){10}){10}", Re2FaultCode.InvalidRepeatCount)]
    public void Counts_inside_of_one_another_multiply(string pattern, Re2FaultCode code)
    {
        Re2Pattern.TryParse(pattern, out _, out var fault).ShouldBeFalse();
        fault!.Code.ShouldBe(code);
    }

    [Fact]
    public void What_would_compile_to_too_much_is_refused()
    {
        var text = new string('x', 3000);
        var pattern = string.Concat(Enumerable.Repeat($"(?:{text}){{1000}}", 2));
        Re2Pattern.TryParse(pattern, out _, out var fault).ShouldBeFalse();
        fault!.Code.ShouldBe(Re2FaultCode.TooLarge);
        Re2Pattern.TryParse($"(?:{text}){{1000}}", out _, out _).ShouldBeTrue();
    }

    [Theory]
    [InlineData(@"\Qa", Re2Use.Matcher, true)]
    [InlineData(@"\Qa", Re2Use.Relabeling, false)]
    [InlineData(@"\Qa", Re2Use.WholeText, false)]
    [InlineData(@"\Qa", Re2Use.Search, true)]
    [InlineData("a)|(?:b", Re2Use.Matcher, false)]
    [InlineData("a)|(?:b", Re2Use.Relabeling, true)]
    [InlineData("a)|(?:b", Re2Use.WholeText, true)]
    [InlineData("a)|(?:b", Re2Use.Search, false)]
    [InlineData("(a", Re2Use.Relabeling, false)]
    [InlineData("a)", Re2Use.Relabeling, false)]
    public void The_anchors_are_text_around_the_expression_but_for_matchers(
        string pattern,
        Re2Use use,
        bool accepted
    ) => Re2Pattern.TryParse(pattern, use, out _, out _).ShouldBe(accepted);

    [Fact]
    public void An_open_quotation_is_pointed_to()
    {
        Re2Pattern.TryParse(@"ab\Qc", Re2Use.Relabeling, out _, out var fault).ShouldBeFalse();
        (fault!.Offset, fault.End).ShouldBe((2, 4));
        fault.Suggestion.ShouldContain(@"\E");
    }

    [Fact]
    public void An_open_group_of_a_relabelling_is_the_users_own()
    {
        Re2Pattern.TryParse("a(b", Re2Use.Relabeling, out _, out var fault).ShouldBeFalse();
        (fault!.Offset, fault.End, fault.Code).ShouldBe((1, 2, Re2FaultCode.MissingParenthesis));
    }

    [Theory]
    [InlineData(@"\p{Garay}")]
    [InlineData(@"\p{Cn}")]
    [InlineData(@"\p{LC}")]
    public void Names_that_only_the_newest_builds_know_are_refused(string pattern)
    {
        Re2Pattern.TryParse(pattern, out _, out var fault).ShouldBeFalse();
        fault!.Message.ShouldContain("newest builds");
    }
}
