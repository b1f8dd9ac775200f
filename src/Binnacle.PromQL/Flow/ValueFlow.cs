namespace Binnacle.PromQL.Flow;

/// <summary>What can be said of the values of a result without its data.</summary>
/// <param name="Min">No value is less.</param>
/// <param name="Max">No value is greater.</param>
public readonly record struct ValueFlow(double Min, double Max)
{
    /// <summary>Any value, of anything.</summary>
    public static readonly ValueFlow Any = new(double.NegativeInfinity, double.PositiveInfinity) { MayBeNaN = true };

    /// <summary>Any value from 0.</summary>
    public static readonly ValueFlow NonNegative = new(0, double.PositiveInfinity);

    /// <summary>True where every value is a whole number.</summary>
    public bool Whole { get; init; }

    /// <summary>True where a value may be NaN, which no comparison but <c>!=</c> lets through.</summary>
    public bool MayBeNaN { get; init; }

    /// <summary>What is measured.</summary>
    public ValueUnit Unit { get; init; }

    /// <summary>True where a result comes at every evaluation, whatever the data: <c>vector(1)</c>, <c>time()</c>, <c>… or vector(0)</c>.</summary>
    public bool AlwaysReturns { get; init; }

    /// <summary>True where the result is empty as long as something holds: it went through a comparison, <c>absent()</c>, <c>and</c> or <c>unless</c>.</summary>
    public bool Conditional { get; init; }

    /// <summary>True for a scalar; false for a vector.</summary>
    public bool IsScalar { get; init; }

    /// <summary>True where the result may have no sample.</summary>
    public bool CanBeEmpty => !AlwaysReturns;

    /// <summary>True where a value may be less than 0.</summary>
    public bool CanBeNegative => Min < 0;

    /// <summary>True where 0 is among the possible values.</summary>
    public bool CanBeZero => Min <= 0 && Max >= 0;

    /// <summary>The one value there can be, or null.</summary>
    public double? Constant => Min == Max && !MayBeNaN ? Min : null;

    internal static ValueFlow Of(double value) =>
        double.IsNaN(value)
            ? Any with
            {
                IsScalar = true,
                AlwaysReturns = true,
                Unit = ValueUnit.Number,
            }
            : new ValueFlow(value, value)
            {
                IsScalar = true,
                AlwaysReturns = true,
                Unit = ValueUnit.Number,
                Whole = value == Math.Floor(value) && !double.IsInfinity(value),
            };

    internal ValueFlow Within(double min, double max) => this with { Min = min, Max = max };

    /// <summary>Values of both together.</summary>
    internal static ValueFlow Union(ValueFlow a, ValueFlow b) =>
        new(Math.Min(a.Min, b.Min), Math.Max(a.Max, b.Max))
        {
            Whole = a.Whole && b.Whole,
            MayBeNaN = a.MayBeNaN || b.MayBeNaN,
            Unit = Units.Same(a.Unit, b.Unit),
            AlwaysReturns = a.AlwaysReturns || b.AlwaysReturns,
            Conditional = a.Conditional && b.Conditional,
        };
}
