using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Histograms;

/// <summary>A selector below a <c>histogram_quantile()</c> or <c>histogram_fraction()</c>, and what stands between.</summary>
internal readonly record struct HistogramInput(
    Call Call,
    Expression Vector,
    VectorSelector Selector,
    string Metric,
    bool HasRange
);

/// <summary>Finds what histogram functions read.</summary>
internal static class HistogramInputs
{
    public static IEnumerable<HistogramInput> Of(LintSubject subject)
    {
        foreach (var (selector, parent) in subject.Selectors)
        {
            if (selector.MetricName is not { } metric)
            {
                continue;
            }

            var hasRange = false;
            Expression below = selector;
            for (var part = parent; part is not null; below = part.Node, part = part.Parent)
            {
                // A difference to an earlier moment is an increase too.
                hasRange |=
                    part.Node is MatrixSelector or Subquery or BinaryExpression { Operator.Kind: TokenKind.Subtract };
                // Behind these the result is no histogram's part any more.
                if (
                    part.Node
                        is Aggregation { Operator: Keyword.Count }
                            or BinaryExpression { Operator.Keyword: Keyword.And or Keyword.Unless }
                    || IsLookedUp(part.Node, below)
                )
                {
                    break;
                }

                if (
                    part.Node
                        is Call { Function: "histogram_quantile" or "histogram_fraction" or "histogram_quantiles" } call
                    && ReferenceEquals(CallLabels.VectorArgument(call), below)
                )
                {
                    yield return new HistogramInput(call, below, selector, metric, hasRange);
                    break;
                }
            }
        }
    }

    /// <summary>The one side of a group clause gives labels to the buckets and is none itself.</summary>
    private static bool IsLookedUp(Expression node, Expression side) =>
        node is BinaryExpression { Matching.Group: not Grouping.None } join
        && ReferenceEquals(join.Matching.Group is Grouping.Left ? join.Right : join.Left, side);
}
