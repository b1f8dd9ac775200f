using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Alerts;

/// <summary>An alert whose series are picked anew at every evaluation.</summary>
internal sealed class UnstableSeries()
    : LintRule(
        "unstable-series",
        LintSeverity.Warning,
        "topk() and its like at the top of an alert, whose series come and go"
    )
{
    internal override void Check(LintSubject subject)
    {
        if (!subject.IsAlert)
        {
            return;
        }

        foreach (var (aggregation, parent) in subject.Aggregations)
        {
            if (
                aggregation.Operator is Keyword.TopK or Keyword.BottomK or Keyword.LimitK or Keyword.LimitRatio
                && !PicksOneOfEqual(aggregation)
                && ReachesTop(aggregation, parent)
            )
            {
                subject.Report(
                    this,
                    aggregation.NameSpan(),
                    $"{aggregation.OperatorText}() picks other series at each evaluation, so alerts come and go and for starts anew",
                    "compare all series, or aggregate them with max by (…)"
                );
            }
        }
    }

    /// <summary><c>topk by (…) (1, x)</c> is how duplicates of one series are dropped.</summary>
    private static bool PicksOneOfEqual(Aggregation aggregation) =>
        aggregation is { Labels.Count: > 0, Parameter: NumberLiteral { Value: 1 } };

    private static bool ReachesTop(Expression node, Part<Expression>? parent)
    {
        var below = node;
        for (var part = parent; part is not null; below = part.Node, part = part.Parent)
        {
            var picks = part.Node switch
            {
                Aggregation { Operator: Keyword.TopK or Keyword.BottomK or Keyword.LimitK or Keyword.LimitRatio } =>
                    true,
                Aggregation or Call { Function: "scalar" or "absent" } or Subquery => false,
                BinaryExpression { Operator.Keyword: Keyword.And or Keyword.Unless } set => ReferenceEquals(
                    set.Left,
                    below
                ),
                BinaryExpression { Matching.Group: Grouping.Left } group => ReferenceEquals(group.Left, below),
                BinaryExpression { Matching.Group: Grouping.Right } group => ReferenceEquals(group.Right, below),
                _ => true,
            };
            if (!picks)
            {
                return false;
            }
        }

        return true;
    }
}
