namespace Binnacle.PromQL.Flow;

/// <summary>Arithmetic of units, and the units that metric names end in by convention.</summary>
internal static class Units
{
    public static ValueUnit Same(ValueUnit a, ValueUnit b) =>
        a == b ? a
        : a is ValueUnit.Number ? b
        : b is ValueUnit.Number ? a
        : ValueUnit.Unknown;

    public static ValueUnit Sum(ValueUnit a, ValueUnit b, bool minus) =>
        (a, b) switch
        {
            (ValueUnit.Timestamp, ValueUnit.Timestamp) when minus => ValueUnit.Seconds,
            (ValueUnit.Timestamp, ValueUnit.Seconds or ValueUnit.Number) => ValueUnit.Timestamp,
            (ValueUnit.Bool, ValueUnit.Bool) => ValueUnit.Count,
            _ => Same(a, b),
        };

    public static ValueUnit Product(ValueFlow a, ValueFlow b) =>
        (a.Unit, b.Unit) switch
        {
            (ValueUnit.Ratio, ValueUnit.Number) when b.Constant is 100 => ValueUnit.Percent,
            (ValueUnit.Number, ValueUnit.Ratio) when a.Constant is 100 => ValueUnit.Percent,
            (ValueUnit.Number, ValueUnit.Number) => ValueUnit.Number,
            // A bool selects, it does not scale.
            (ValueUnit.Bool, var unit) => unit,
            (var unit, ValueUnit.Bool) => unit,
            // Ten per cent of a size is a size still; a hundred of it is on its way to a percentage.
            (ValueUnit.Bytes or ValueUnit.Count, ValueUnit.Ratio or ValueUnit.Number) when b.Constant is not >= 2 =>
                a.Unit,
            (ValueUnit.Ratio or ValueUnit.Number, ValueUnit.Bytes or ValueUnit.Count) when a.Constant is not >= 2 =>
                b.Unit,
            _ => ValueUnit.Unknown,
        };

    public static ValueUnit Quotient(ValueFlow a, ValueFlow b) =>
        (a.Unit, b.Unit) switch
        {
            (ValueUnit.Number, ValueUnit.Number) => ValueUnit.Number,
            (ValueUnit.Percent, ValueUnit.Number) when b.Constant is 100 => ValueUnit.Ratio,
            (ValueUnit.Unknown, _) or (_, ValueUnit.Unknown or ValueUnit.Number) => ValueUnit.Unknown,


            (ValueUnit.PerSecond, ValueUnit.PerSecond)
            or
            (ValueUnit.Count, ValueUnit.Count)
            or
            (ValueUnit.Bool, ValueUnit.Count)
            or
            (ValueUnit.Count, ValueUnit.Bool)
            or (ValueUnit.Bytes, ValueUnit.Bytes) => ValueUnit.Ratio,
            _ => ValueUnit.Unknown,
        };

    public static ValueUnit Rate(ValueUnit unit) =>
        // Seconds of work per second are a share of the time, but several workers make more than one.
        unit is ValueUnit.Count
            ? ValueUnit.PerSecond
            : ValueUnit.Unknown;

    /// <summary>The unit that a metric's name tells (https://prometheus.io/docs/practices/naming/#base-units).</summary>
    public static ValueUnit OfMetric(string name)
    {
        var suffix = name.AsSpan();
        var counts = suffix.EndsWith("_total");
        suffix = counts ? suffix[..^"_total".Length] : suffix;
        suffix = suffix.EndsWith("_sum") ? suffix[..^"_sum".Length] : suffix;

        return name is "up" or "probe_success" ? ValueUnit.Bool
            : suffix.EndsWith("_timestamp_seconds") || suffix.EndsWith("_time_seconds") && name.Contains("start")
                ? ValueUnit.Timestamp
            : suffix.EndsWith("_seconds") ? ValueUnit.Seconds
            : suffix.EndsWith("_bytes") ? ValueUnit.Bytes
            : suffix.EndsWith("_ratio") ? ValueUnit.Ratio
            : suffix.EndsWith("_percent") || suffix.EndsWith("_percentage") || suffix.EndsWith("_pct")
                ? ValueUnit.Percent
            : suffix.EndsWith("_count") || suffix.EndsWith("_bucket") || counts ? ValueUnit.Count
            : ValueUnit.Unknown;
    }
}
