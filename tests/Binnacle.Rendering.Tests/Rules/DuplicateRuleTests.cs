using Binnacle.Api;
using Binnacle.Rendering.Rules;
using Kubernetes.Models;

namespace Binnacle.Rendering.Tests.Rules;

/// <summary>Rules of different resources that do the same.</summary>
public sealed class DuplicateRuleTests
{
    [Fact]
    public void Both_are_told_of_each_other_whatever_the_spelling()
    {
        Doubts(Rule("a", "sum by (job) (up) == 0"), Rule("b", "sum(up)by(job)==0"))
            .ShouldBe([
                "AlertRule shop/a: spec.expr:1:1: AlertRule shop/b has the same expression, labels and for; keep one of "
                    + "them, or people are told twice (duplicate-rule)",
                "AlertRule shop/b: spec.expr:1:1: AlertRule shop/a has the same expression, labels and for; keep one of "
                    + "them, or people are told twice (duplicate-rule)",
            ]);
    }

    [Fact]
    public void Which_one_came_first_does_not_matter()
    {
        AlertRule[] rules =
        [
            Rule("c", "sum(up) == 0"),
            Rule("a", "sum(up) == 0"),
            Rule("d", "sum(up) == 0"),
            Rule("b", "sum(up) == 0"),
        ];
        var told = Doubts(rules).ToList();

        Doubts([.. rules.Reverse()]).ShouldBe(told);
        told[0].ShouldStartWith("AlertRule shop/a: spec.expr:1:1: AlertRule shop/b has");
        told[3].ShouldStartWith("AlertRule shop/d: spec.expr:1:1: AlertRule shop/a has");
    }

    [Fact]
    public void Another_severity_wait_or_label_makes_another_rule() =>
        Doubts(
                Rule("a", "sum(up) == 0"),
                Rule("b", "sum(up) == 0") with
                {
                    Spec = new AlertRuleSpec { Expr = "sum(up) == 0", Severity = Severity.Critical },
                },
                Rule("c", "sum(up) == 0") with
                {
                    Spec = new AlertRuleSpec { Expr = "sum(up) == 0", For = "5m" },
                },
                Rule("d", "sum(up) == 0") with
                {
                    Spec = new AlertRuleSpec
                    {
                        Expr = "sum(up) == 0",
                        Labels = new Dictionary<string, string> { ["team"] = "x" },
                    },
                }
            )
            .ShouldBeEmpty();

    [Fact]
    public void Who_has_silenced_it_is_told_nothing() =>
        Doubts(Rule("a", "sum(up) == 0"), Rule("b", "sum(up) == 0", "duplicate-rule: moving to b")).ShouldBeEmpty();

    private static IEnumerable<string> Doubts(params AlertRule[] rules)
    {
        var snapshot = new StackSnapshot
        {
            Stack = new MonitoringStack
            {
                Metadata = new ObjectMeta { Name = "main", Namespace = "monitoring" },
            },
            AlertRules = rules,
        };
        return RuleRenderer
            .Render(snapshot, new RuleShardCache())
            .Problems.Where(problem => !problem.IsRemark)
            .Select(problem => $"{problem.Resource}: {problem.Message}");
    }

    private static AlertRule Rule(string name, string expr, string? silence = null) =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = name,
                Namespace = "shop",
                Annotations = silence is null
                    ? null
                    : new Dictionary<string, string> { ["binnacle.dev/lint-ignore"] = silence },
            },
            Spec = new AlertRuleSpec { Expr = expr },
        };
}
