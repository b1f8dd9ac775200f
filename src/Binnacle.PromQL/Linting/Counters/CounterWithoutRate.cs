using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Counters;

/// <summary>The bare value of a counter, which says how long a process has been running more than how it does.</summary>
internal sealed class CounterWithoutRate()
    : LintRule(
        "counter-without-rate",
        LintSeverity.Warning,
        "a counter compared or added up without rate() or increase()"
    )
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (selector, parent) in subject.Selectors)
        {
            if (
                selector.MetricName is { } metric
                && IsCounter(subject, metric)
                && (subject.TypeOf(metric) is MetricType.Counter || !IsCapacity(selector, parent))
                && ValueIsUsed(subject, selector, metric, parent)
            )
            {
                // Only metadata makes it certain: some exporters call a number of things _total.
                subject.Report(
                    this,
                    subject.TypeOf(metric) is null ? LintSeverity.Info : Severity,
                    selector.Span,
                    $"the counter {metric} only grows until its process restarts",
                    "wrap it in rate() or increase() over a range, such as [5m]"
                );
            }
        }
    }

    private static bool IsCounter(LintSubject subject, string metric) =>
        !MetricNames.IsRecorded(metric)
        && (subject.TypeOf(metric) is { } type ? type is MetricType.Counter : MetricNames.IsCounter(metric));

    /// <summary>Climbs from the selector; false where what stands above asks only whether the series is there, or how it moves.</summary>
    private static bool ValueIsUsed(LintSubject subject, Expression selector, string metric, Part<Expression>? parent)
    {
        var below = selector;
        for (var part = parent; part is not null; below = part.Node, part = part.Parent)
        {
            switch (part.Node)
            {
                case MatrixSelector or Subquery:
                case Call { Function: "absent" or "timestamp" or "info" or "scalar" }:
                case Aggregation
                {
                    Operator: Keyword.Count
                        or Keyword.Group
                        or Keyword.CountValues
                        or Keyword.LimitK
                        or Keyword.LimitRatio
                }:
                case BinaryExpression { Operator.Kind: TokenKind.Subtract } difference
                    when IsMovedBy(difference, metric):
                case BinaryExpression { Operator.Keyword: Keyword.And or Keyword.Unless } set
                    when ReferenceEquals(set.Right, below):
                case BinaryExpression { Operator.Kind: TokenKind.Equal or TokenKind.NotEqual } zero
                    when subject.Value(zero.Right).Constant is 0:
                case BinaryExpression filter when filter.IsComparison && IsMovedBy(filter, metric):
                case BinaryExpression { Operator.Keyword: Keyword.Unless } added when IsMovedBy(added, metric):
                    return false;
            }
        }

        return true;
    }

    /// <summary>True for <c>used / x_total</c> and <c>x_total - used</c>: the total of what there is, not of what happened.</summary>
    private static bool IsCapacity(Expression selector, Part<Expression>? parent)
    {
        var below = selector;
        for (var part = parent; part is not null; below = part.Node, part = part.Parent)
        {
            if (part.Node is BinaryExpression { Operator.Kind: TokenKind.Divide or TokenKind.Subtract } binary)
            {
                var other = ReferenceEquals(binary.Left, below) ? binary.Right : binary.Left;
                return ReadsLevel(other);
            }

            if (
                part.Node
                is not (
                    ParenExpression
                    or Aggregation
                    or BinaryExpression { Operator.Kind: TokenKind.Multiply }
                    or BinaryExpression { IsComparison: true, Right: NumberLiteral }
                )
            )
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>True where a side reads something that goes up and down, bare.</summary>
    private static bool ReadsLevel(Expression side) =>
        side.Unwrap() switch
        {
            VectorSelector { MetricName: { } metric } => !MetricNames.OnlyGrows(metric),
            Aggregation { Operand: { } operand } => ReadsLevel(operand),
            BinaryExpression binary => ReadsLevel(binary.Left) || ReadsLevel(binary.Right),
            _ => false,
        };

    /// <summary>True for <c>x - x offset 5m</c> and the like: the counter now against the counter then.</summary>
    private static bool IsMovedBy(BinaryExpression binary, string metric) =>
        NameOf(binary.Left) == metric
        && NameOf(binary.Right) == metric
        && HasOffset(binary.Left) != HasOffset(binary.Right);

    private static string? NameOf(Expression side) => Under(side)?.MetricName;

    private static bool HasOffset(Expression side) => Under(side)?.Modifiers.Offset is not null;

    private static VectorSelector? Under(Expression side) =>
        side.Unwrap() switch
        {
            VectorSelector selector => selector,
            Aggregation { Operand: { } operand } => Under(operand),
            _ => null,
        };
}
