using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Rules;

namespace Binnacle.PromQL.Tests.Linting.Rules;

public sealed class MissingSummaryTests
{
    [Theory]
    [InlineData(
        "{alert: Down, expr: up == 0}",
        "alert:1:1: the alert has no summary, and the policy asks for one; say in one line what is wrong (missing-summary)"
    )]
    [InlineData(
        "{alert: Down, expr: up == 0, annotations: {summary: ' ', description: a}}",
        "alert:1:1: the alert has no summary, and the policy asks for one; say in one line what is wrong (missing-summary)"
    )]
    public void Hits(string rule, string finding) => Find(rule, required: true).ShouldBe([finding]);

    [Theory]
    [InlineData("{alert: Down, expr: up == 0, annotations: {summary: a}}", true)]
    [InlineData("{record: 'a:b', expr: up}", true)]
    [InlineData("{alert: Down, expr: up == 0}", false)]
    public void Stays_silent(string rule, bool required) => Find(rule, required).ShouldBeEmpty();

    private static IReadOnlyList<string> Find(string rule, bool required) =>
        Linted.FindInRule<MissingSummary>(
            rule,
            context => context with { Policy = new LintPolicy(RequireSummary: required, RequireRunbook: false) }
        );
}
