using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Values;

/// <summary>A division by what can be 0 while the upper side is not: infinity, and the alert fires.</summary>
internal sealed class UnguardedDivision()
    : LintRule("unguarded-division", LintSeverity.Info, "a division by what can be 0, compared upwards")
{
    internal override void Check(LintSubject subject)
    {
        if (!subject.IsAlert)
        {
            return;
        }

        foreach (var (division, parent) in subject.Binaries)
        {
            if (
                division.Operator.Kind is TokenKind.Divide
                && IsComparedUpwards(division, parent)
                && subject.Value(division.Right).CanBeZero
                && DivisorThatFalls(division) is { } divisor
                && !IsGuarded(subject, divisor)
            )
            {
                subject.Report(
                    this,
                    division.OperatorSpan(),
                    $"{subject.Quote(division.Right)} can be 0, which makes the quotient infinite and the alert fire",
                    "add a guard: … and divisor > 0"
                );
            }
        }
    }

    /// <summary>A rate of another family, or a limit or number of replicas, which are 0 to say none or no end.</summary>
    private static VectorSelector? DivisorThatFalls(BinaryExpression division)
    {
        if (RateBelow(division.Right) is { } rate)
        {
            return AreRelated(RateBelow(division.Left)?.MetricName, rate.MetricName) ? null : rate;
        }

        // Limits of a kernel are never 0.
        return
            SelectorBelow(division.Right) is { MetricName: { } metric } selector
            && !metric.StartsWith("node_", StringComparison.Ordinal)
            && !metric.StartsWith("process_", StringComparison.Ordinal)
            && (
                metric.EndsWith("_limit", StringComparison.Ordinal)
                || metric.EndsWith("_limits", StringComparison.Ordinal)
                || metric.EndsWith("_quota", StringComparison.Ordinal)
                || metric.EndsWith("_replicas", StringComparison.Ordinal)
            )
            ? selector
            : null;
    }

    private static VectorSelector? SelectorBelow(Expression side) =>
        side.Unwrap() switch
        {
            VectorSelector selector => selector,
            Aggregation { Operand: { } operand } => SelectorBelow(operand),
            _ => null,
        };

    private static VectorSelector? RateBelow(Expression side) =>
        side.Unwrap() switch
        {
            Call { Function: "rate" or "irate" or "increase", Arguments: [var range] } => range.AsSelector(),
            Aggregation { Operand: { } operand } => RateBelow(operand),
            BinaryExpression { Operator.Kind: TokenKind.Multiply } product => RateBelow(product.Left)
                ?? RateBelow(product.Right),
            _ => null,
        };

    /// <summary>Metrics of one family, such as failures and attempts, are 0 together, and 0 / 0 fires nothing.</summary>
    private static bool AreRelated(string? upper, string? lower)
    {
        if (upper is null || lower is null)
        {
            return true;
        }

        var first = upper.IndexOf('_', StringComparison.Ordinal);
        return first > 0 && lower.AsSpan().StartsWith(upper.AsSpan(0, first + 1));
    }

    private static bool IsComparedUpwards(Expression division, Part<Expression>? parent)
    {
        var below = division;
        for (var part = parent; part is not null; below = part.Node, part = part.Parent)
        {
            if (part.Node is BinaryExpression comparison && comparison.IsComparison)
            {
                return ReferenceEquals(comparison.Left, below)
                    ? comparison.Operator.Kind is TokenKind.Greater or TokenKind.GreaterOrEqual
                    : comparison.Operator.Kind is TokenKind.Less or TokenKind.LessOrEqual;
            }

            if (
                part.Node
                is not (ParenExpression or BinaryExpression { Operator.Kind: TokenKind.Multiply } or Aggregation)
            )
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>True where the divisor's metric is compared elsewhere in the expression.</summary>
    private static bool IsGuarded(LintSubject subject, VectorSelector divisor)
    {
        foreach (var (binary, _) in subject.Binaries)
        {
            if (
                binary.IsComparison
                && (RateBelow(binary.Left) ?? SelectorBelow(binary.Left))?.MetricName == divisor.MetricName
            )
            {
                return true;
            }
        }

        return false;
    }
}
