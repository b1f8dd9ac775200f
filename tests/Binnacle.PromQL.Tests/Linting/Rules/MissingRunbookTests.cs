using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Rules;

namespace Binnacle.PromQL.Tests.Linting.Rules;

public sealed class MissingRunbookTests
{
    [Theory]
    [InlineData(
        "{alert: Down, expr: up == 0, annotations: {summary: a}}",
        "alert:1:1: the alert has no runbook, and the policy asks for one; link the page that says what to do (missing-runbook)"
    )]
    [InlineData(
        "{alert: Down, expr: up == 0, annotations: {runbook_url: ''}}",
        "alert:1:1: the alert has no runbook, and the policy asks for one; link the page that says what to do (missing-runbook)"
    )]
    public void Hits(string rule, string finding) => Find(rule, required: true).ShouldBe([finding]);

    [Theory]
    [InlineData("{alert: Down, expr: up == 0, annotations: {runbook_url: 'https://a'}}", true)]
    [InlineData("{alert: Down, expr: up == 0, annotations: {runbook: 'https://a'}}", true)]
    [InlineData("{record: 'a:b', expr: up}", true)]
    [InlineData("{alert: Down, expr: up == 0}", false)]
    public void Stays_silent(string rule, bool required) => Find(rule, required).ShouldBeEmpty();

    private static IReadOnlyList<string> Find(string rule, bool required) =>
        Linted.FindInRule<MissingRunbook>(
            rule,
            context => context with { Policy = new LintPolicy(RequireSummary: false, RequireRunbook: required) }
        );
}
