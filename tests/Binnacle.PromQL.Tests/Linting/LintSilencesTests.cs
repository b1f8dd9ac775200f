using Binnacle.PromQL.Linting;

namespace Binnacle.PromQL.Tests.Linting;

public sealed class LintSilencesTests
{
    private const string Where = "metadata.annotations[binnacle.dev/lint-ignore]";

    [Theory]
    [InlineData("alert-without-comparison: every series counts")]
    [InlineData("alert-without-comparison:every series counts")]
    [InlineData(" alert-without-comparison : every series counts \n")]
    public void A_silence_with_a_reason_is_heard_no_more(string annotation) => Check("up", annotation).ShouldBeEmpty();

    [Theory]
    [Trait("Guarantee", "N5")]
    [InlineData(
        "alert-without-comparison",
        $"{Where}:1:1: \"alert-without-comparison\" is silenced without a reason; write it behind a colon: alert-without-comparison: why (lint-ignore)"
    )]
    [InlineData(
        "alert-without-comparison:  ",
        $"{Where}:1:1: \"alert-without-comparison\" is silenced without a reason; write it behind a colon: alert-without-comparison: why (lint-ignore)"
    )]
    [InlineData(
        "alert-without-comparison, rate-of-gauge: a reason",
        $"{Where}:1:27: \"rate-of-gauge\" silences nothing; remove it (lint-ignore)"
    )]
    [InlineData(
        "alert-without-comparison: a reason\nno-such-lint: a reason",
        $"{Where}:2:1: there is no lint \"no-such-lint\"; write one of the ids in docs/lints (lint-ignore)"
    )]
    public void A_silence_that_is_wrong_is_told(string annotation, string finding)
    {
        var heard = Check("up", annotation).ShouldHaveSingleItem();
        heard.ToString().ShouldBe(finding);
        heard.Severity.ShouldBe(LintSeverity.Info);
    }

    [Fact]
    public void What_is_not_named_is_heard() =>
        Check("rate(disk_used_ratio[5m])", "alert-without-comparison: a reason")
            .Select(finding => finding.Id)
            .ShouldBe(["rate-of-gauge"]);

    [Fact]
    public void The_lint_on_silences_cannot_be_silenced() =>
        Check("up == 0", "lint-ignore: a reason").Select(finding => finding.Id).ShouldContain(LintSilences.Id);

    [Fact]
    public void A_silence_holds_for_all_expressions_of_a_resource() =>
        Linter
            .Check(
                [Linted.Expression("up"), Linted.Expression("down")],
                LintSilences.Parse("alert-without-comparison: a reason")
            )
            .ShouldBeEmpty();

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData(",")]
    public void No_text_silences_nothing(string? annotation) => LintSilences.Parse(annotation).Ids.ShouldBeEmpty();

    private static IReadOnlyList<LintFinding> Check(string expression, string annotation) =>
        Linter.Check([Linted.Expression(expression)], LintSilences.Parse(annotation));
}
