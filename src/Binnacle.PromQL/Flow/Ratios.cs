using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Recognises the share of a whole: the same counter on both sides of a division, the upper one narrowed.</summary>
internal static class Ratios
{
    /// <summary>
    /// True for <c>sum(rate(x{code="500"}[5m])) / sum(rate(x[5m]))</c> and the like, whose value lies between 0 and 1.
    /// </summary>
    public static bool IsShare(BinaryExpression binary) =>
        binary.Operator.Kind is TokenKind.Divide && IsPart(binary.Left.Unwrap(), binary.Right.Unwrap());

    /// <summary>True for <c>100 * part / whole</c>, which is grouped as <c>(100 * part) / whole</c>.</summary>
    public static bool IsHundredfoldShare(BinaryExpression binary) =>
        binary.Operator.Kind is TokenKind.Divide
        && binary.Left.Unwrap() is BinaryExpression { Operator.Kind: TokenKind.Multiply } product
        && (
            (product.Left is NumberLiteral { Value: 100 } && IsPart(product.Right.Unwrap(), binary.Right.Unwrap()))
            || (product.Right is NumberLiteral { Value: 100 } && IsPart(product.Left.Unwrap(), binary.Right.Unwrap()))
        );

    private static bool IsPart(Expression part, Expression whole) =>
        (part, whole) switch
        {
            (Aggregation a, Aggregation b) => a.Operator == b.Operator
                && a.Operator is Keyword.Sum or Keyword.Count
                && a.Operand is not null
                && b.Operand is not null
                && IsFinerOrSame(a, b)
                && IsPart(a.Operand.Unwrap(), b.Operand.Unwrap()),
            (Call { Function: "rate" or "increase" } a, Call b) => a.Function == b.Function
                && a.Arguments is [MatrixSelector x]
                && b.Arguments is [MatrixSelector y]
                && x.Range.Seconds() is { } range
                && range.Equals(y.Range.Seconds())
                && IsPart(x.Vector, y.Vector),
            (VectorSelector a, VectorSelector b) => a.MetricName is { } name
                && MetricNames.OnlyGrows(name)
                && (name == b.MetricName || IsBucketOf(name, b.MetricName))
                && a.Modifiers == b.Modifiers
                && Contains(a.Matchers, b.Matchers),
            _ => false,
        };

    private static bool IsFinerOrSame(Aggregation part, Aggregation whole) =>
        part.Without == whole.Without
        && (part.Without ? Covers(whole.Labels, part.Labels) : Covers(part.Labels, whole.Labels));

    private static bool IsBucketOf(string name, string? whole) =>
        whole is not null
        && MetricNames.IsBucket(name)
        && MetricNames.IsCount(whole)
        && name.AsSpan(0, name.Length - "_bucket".Length)
            .SequenceEqual(whole.AsSpan(0, whole.Length - "_count".Length));

    private static bool Covers(IReadOnlyList<string> all, IReadOnlyList<string> some)
    {
        foreach (var label in some)
        {
            if (!all.Contains(label))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Contains(IReadOnlyList<LabelMatcher> all, IReadOnlyList<LabelMatcher> some)
    {
        foreach (var matcher in some)
        {
            var found = false;
            foreach (var other in all)
            {
                found |=
                    other.Label == matcher.Label && other.Operator == matcher.Operator && other.Value == matcher.Value;
            }

            if (!found)
            {
                return false;
            }
        }

        return true;
    }
}
