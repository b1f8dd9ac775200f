using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Rules;

namespace Binnacle.PromQL.Tests.Linting.Rules;

public sealed class DuplicateRuleTests
{
    private const string Rule = "{alert: Down, expr: 'up{job=\"a\"} == 0', for: 5m, labels: {severity: page}}";

    [Theory]
    [InlineData(
        Rule,
        "expr:1:1: AlertRule shop/other has the same expression, labels and for; keep one of them, or people are told twice (duplicate-rule)"
    )]
    [InlineData(
        "{alert: Gone, expr: ' up { job=\"a\", } == 0', for: 300s, labels: {severity: page}}",
        "expr:1:1: AlertRule shop/other has the same expression, labels and for; keep one of them, or people are told twice (duplicate-rule)"
    )]
    public void Hits(string other, string finding) => Find(Rule, other).ShouldBe([finding]);

    [Theory]
    [InlineData("{alert: Down, expr: 'up{job=\"b\"} == 0', for: 5m, labels: {severity: page}}")]
    [InlineData("{alert: Down, expr: 'up{job=\"a\"} == 0', for: 15m, labels: {severity: page}}")]
    [InlineData("{alert: Down, expr: 'up{job=\"a\"} == 0', for: 5m, labels: {severity: ticket}}")]
    [InlineData("{record: 'a:b', expr: 'up{job=\"a\"} == 0', labels: {severity: page}}")]
    public void Stays_silent(string other) => Find(Rule, other).ShouldBeEmpty();

    [Fact]
    public void A_rule_is_not_its_own_duplicate() => Find(Rule).ShouldBeEmpty();

    [Fact]
    public void Two_recorded_metrics_may_hold_the_same() =>
        Find("{record: 'a:b', expr: sum(up)}", "{record: 'c:d', expr: sum(up)}").ShouldBeEmpty();

    [Fact]
    public void A_metric_recorded_twice_is_told() =>
        Find("{record: 'a:b', expr: sum(up)}", "{record: 'a:b', expr: sum (up)}").Count.ShouldBe(1);

    private static IReadOnlyList<string> Find(string rule, string? other = null)
    {
        RuleIdentity[] rules =
        [
            Identity("AlertRule shop/this", rule),
            .. other is null ? Array.Empty<RuleIdentity>() : [Identity("AlertRule shop/other", other)],
        ];
        var siblings = new RuleIndex(rules);
        return Linted.FindInRule<DuplicateRule>(
            rule,
            context => context with { Siblings = siblings, Origin = "AlertRule shop/this" }
        );
    }

    private static RuleIdentity Identity(string origin, string yaml)
    {
        var context = Linted.Rule(yaml);
        return new RuleIdentity(
            origin,
            context.Use,
            context.Root!,
            context.Name?.Text,
            context.For?.Text,
            context.Labels
        );
    }
}
