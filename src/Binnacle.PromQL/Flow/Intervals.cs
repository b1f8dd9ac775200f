using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Flow;

/// <summary>Arithmetic on the bounds of values.</summary>
internal static class Intervals
{
    public static ValueFlow Apply(Token op, ValueFlow a, ValueFlow b)
    {
        var result = op switch
        {
            { Kind: TokenKind.Add } => Bounds(a.Min + b.Min, a.Max + b.Max),
            { Kind: TokenKind.Subtract } => Bounds(a.Min - b.Max, a.Max - b.Min),
            { Kind: TokenKind.Multiply } => Product(a, b),
            { Kind: TokenKind.Divide } => Quotient(a, b),
            { Kind: TokenKind.Modulo } => a.Min >= 0 ? ValueFlow.NonNegative.Within(0, a.Max) : Unbounded,
            { Kind: TokenKind.Power } => Power(a, b),
            { Keyword: Keyword.Atan2 } => Bounds(-Math.PI, Math.PI),
            _ => Unbounded,
        };
        var exact = op.Kind is TokenKind.Add or TokenKind.Subtract or TokenKind.Multiply;
        return result with
        {
            Whole = exact && a.Whole && b.Whole,
            MayBeNaN = a.MayBeNaN || b.MayBeNaN || MakesNaN(op.Kind, a, b),
            Unit = op.Kind switch
            {
                TokenKind.Add => Units.Sum(a.Unit, b.Unit, minus: false),
                TokenKind.Subtract => Units.Sum(a.Unit, b.Unit, minus: true),
                TokenKind.Multiply => Units.Product(a, b),
                TokenKind.Divide => Units.Quotient(a, b),
                _ => a.Unit is ValueUnit.Number && b.Unit is ValueUnit.Number ? ValueUnit.Number : ValueUnit.Unknown,
            },
        };
    }

    /// <summary>Whether a comparison can let a value through, and whether it can stop one; null where both can be.</summary>
    public static bool? Compare(TokenKind op, ValueFlow a, ValueFlow b)
    {
        var apart = a.Max < b.Min || b.Max < a.Min || Misses(a, b) || Misses(b, a);
        var same = a.Constant is { } left && b.Constant is { } right && left.Equals(right);
        bool? holds = op switch
        {
            TokenKind.Equal => apart ? false
            : same ? true
            : null,
            TokenKind.NotEqual => apart ? true
            : same ? false
            : null,
            TokenKind.Less => a.Max < b.Min ? true
            : a.Min >= b.Max ? false
            : null,
            TokenKind.LessOrEqual => a.Max <= b.Min ? true
            : a.Min > b.Max ? false
            : null,
            TokenKind.Greater => a.Min > b.Max ? true
            : a.Max <= b.Min ? false
            : null,
            TokenKind.GreaterOrEqual => a.Min >= b.Max ? true
            : a.Max < b.Min ? false
            : null,
            _ => null,
        };
        // Bounds at infinity are no promise, and NaN fails every comparison but !=.
        return holds is true && (a.MayBeNaN || b.MayBeNaN) && op is not TokenKind.NotEqual ? null : holds;
    }

    /// <summary>What is left of <paramref name="a"/> behind a filter.</summary>
    public static ValueFlow Narrow(TokenKind op, ValueFlow a, ValueFlow b)
    {
        var (min, max) = op switch
        {
            TokenKind.Equal => (Math.Max(a.Min, b.Min), Math.Min(a.Max, b.Max)),
            TokenKind.Less or TokenKind.LessOrEqual => (a.Min, Math.Min(a.Max, b.Max)),
            TokenKind.Greater or TokenKind.GreaterOrEqual => (Math.Max(a.Min, b.Min), a.Max),
            _ => (a.Min, a.Max),
        };
        var narrowed = min <= max ? a.Within(min, max) : a;
        return narrowed with { MayBeNaN = a.MayBeNaN && op is TokenKind.NotEqual };
    }

    /// <summary>Sums of one or more values.</summary>
    public static ValueFlow SumOf(ValueFlow value) =>
        value.Within(
            value.Min >= 0 ? value.Min : double.NegativeInfinity,
            value.Max <= 0 ? value.Max : double.PositiveInfinity
        );

    private static ValueFlow Unbounded => new(double.NegativeInfinity, double.PositiveInfinity);

    private static ValueFlow Bounds(double min, double max) =>
        new(double.IsNaN(min) ? double.NegativeInfinity : min, double.IsNaN(max) ? double.PositiveInfinity : max);

    private static bool Misses(ValueFlow whole, ValueFlow other) =>
        whole.Whole && other.Constant is { } value && value != Math.Floor(value);

    private static bool MakesNaN(TokenKind op, ValueFlow a, ValueFlow b) =>
        op switch
        {
            TokenKind.Divide => b.CanBeZero && a.CanBeZero,
            TokenKind.Modulo => b.CanBeZero,
            TokenKind.Power => a.CanBeNegative,
            _ => false,
        };

    private static ValueFlow Product(ValueFlow a, ValueFlow b)
    {
        var min = double.PositiveInfinity;
        var max = double.NegativeInfinity;
        foreach (var x in (ReadOnlySpan<double>)[a.Min, a.Max])
        {
            foreach (var y in (ReadOnlySpan<double>)[b.Min, b.Max])
            {
                // 0 times a bound at infinity is 0: the bound itself is never reached.
                var product = x == 0 || y == 0 ? 0 : x * y;
                min = Math.Min(min, product);
                max = Math.Max(max, product);
            }
        }

        return new ValueFlow(min, max);
    }

    private static ValueFlow Quotient(ValueFlow a, ValueFlow b)
    {
        if (!b.CanBeZero)
        {
            return Product(a, new ValueFlow(1 / b.Max, 1 / b.Min));
        }

        return (a.Min >= 0 && b.Min >= 0) || (a.Max <= 0 && b.Max <= 0) ? ValueFlow.NonNegative : Unbounded;
    }

    private static ValueFlow Power(ValueFlow a, ValueFlow b)
    {
        if (a.Constant is { } x && b.Constant is { } y)
        {
            var value = Math.Pow(x, y);
            return double.IsNaN(value) ? Unbounded : new ValueFlow(value, value);
        }

        return a.Min >= 0 || b.Constant is 2 or 4 ? ValueFlow.NonNegative : Unbounded;
    }
}
