using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Values;

/// <summary>A division by what can be 0 while the upper side is not: infinity, and the alert fires.</summary>
internal sealed class UnguardedDivision()
    : LintRule("unguarded-division", LintSeverity.Info, "a division by a rate that can be 0, compared upwards")
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
                && RateBelow(division.Right) is { } divisor
                && RateBelow(division.Left)?.MetricName != divisor.MetricName
                && !Ratios.IsShare(division)
                && !SharesName(division)
                && subject.Value(division.Right).CanBeZero
                && IsComparedUpwards(division, parent)
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

    /// <summary>Only a rate falls to 0 as a matter of course; sizes and limits do not.</summary>
    private static VectorSelector? RateBelow(Expression side) =>
        side.Unwrap() switch
        {
            Call { Function: "rate" or "irate" or "increase", Arguments: [var range] } => range.AsSelector(),
            Aggregation { Operand: { } operand } => RateBelow(operand),
            _ => null,
        };

    /// <summary>Sum and count of one histogram, or bucket and count, are 0 together.</summary>
    private static bool SharesName(BinaryExpression division) =>
        RateBelow(division.Left)?.MetricName is { } upper
        && RateBelow(division.Right)?.MetricName is { } lower
        && Stem(upper) == Stem(lower);

    private static string Stem(string metric)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["_bucket", "_sum", "_count"])
        {
            if (metric.EndsWith(suffix, StringComparison.Ordinal))
            {
                return metric[..^suffix.Length];
            }
        }

        return metric;
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

            if (part.Node is not (ParenExpression or BinaryExpression { Operator.Kind: TokenKind.Multiply } or Aggregation))
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
            if (binary.IsComparison && RateBelow(binary.Left)?.MetricName == divisor.MetricName)
            {
                return true;
            }
        }

        return false;
    }
}
