using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Values behind a binary operator.</summary>
internal static class BinaryValues
{
    public static ValueFlow Of(BinaryExpression binary, ValueFlow left, ValueFlow right)
    {
        if (binary.IsSet)
        {
            return OfSet(binary.Operator.Keyword, left, right);
        }

        var scalar = left.IsScalar && right.IsScalar;
        var frame = new ValueFlow(0, 0)
        {
            IsScalar = scalar,
            AlwaysReturns = AlwaysReturns(binary, left, right),
            Conditional = left.Conditional || right.Conditional,
        };
        if (!binary.IsComparison)
        {
            var result = Ratios.IsShare(binary)
                ? new ValueFlow(0, 1) { MayBeNaN = true, Unit = ValueUnit.Ratio }
                : Intervals.Apply(binary.Operator, left, right);
            if (Ratios.IsHundredfoldShare(binary))
            {
                result = new ValueFlow(0, 100) { MayBeNaN = true, Unit = ValueUnit.Percent };
            }

            return result with
            {
                IsScalar = frame.IsScalar,
                AlwaysReturns = frame.AlwaysReturns,
                Conditional = frame.Conditional,
            };
        }

        if (binary.Matching.Bool)
        {
            return frame with { Max = 1, Whole = true, Unit = ValueUnit.Bool };
        }

        // The vector's values come through; between two vectors, the left one's.
        var (kept, other, op) = left.IsScalar
            ? (right, left, Mirrored(binary.Operator.Kind))
            : (left, right, binary.Operator.Kind);
        return Intervals.Narrow(op, kept, other) with { IsScalar = false, AlwaysReturns = false, Conditional = true };
    }

    /// <summary>The operator with its operands exchanged.</summary>
    public static TokenKind Mirrored(TokenKind op) =>
        op switch
        {
            TokenKind.Less => TokenKind.Greater,
            TokenKind.LessOrEqual => TokenKind.GreaterOrEqual,
            TokenKind.Greater => TokenKind.Less,
            TokenKind.GreaterOrEqual => TokenKind.LessOrEqual,
            _ => op,
        };

    private static bool AlwaysReturns(BinaryExpression binary, ValueFlow left, ValueFlow right) =>
        left.AlwaysReturns
        && right.AlwaysReturns
        && (left.IsScalar || right.IsScalar || binary.Matching is { Mode: MatchingMode.None, Group: Grouping.None });

    private static ValueFlow OfSet(Keyword op, ValueFlow left, ValueFlow right) =>
        op switch
        {
            Keyword.Or => ValueFlow.Union(left, right),
            Keyword.And => left with { AlwaysReturns = false, Conditional = left.Conditional || right.Conditional },
            _ => left with { AlwaysReturns = false, Conditional = true },
        };
}
