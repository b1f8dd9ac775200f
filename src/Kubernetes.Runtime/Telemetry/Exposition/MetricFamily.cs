namespace Kubernetes.Runtime.Telemetry.Exposition;

/// <summary>The types that both formats know.</summary>
public enum MetricType
{
    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Only goes up; starts again at zero with the process.</summary>
    Counter,

    /// <summary>Observations counted in buckets.</summary>
    Histogram,
}

/// <summary>All series of one name.</summary>
/// <param name="Name">
/// As it is queried, so counters with their <c>_total</c> and histograms without <c>_bucket</c>. Letters, digits,
/// underscores and colons.
/// </param>
/// <param name="Type">What kind of numbers.</param>
/// <param name="Help">A sentence; any text.</param>
/// <param name="Series">No two with the same labels; may be empty.</param>
public sealed record MetricFamily(string Name, MetricType Type, string Help, IReadOnlyList<MetricSeries> Series);

/// <summary>One series: a number, or the buckets of a histogram.</summary>
/// <param name="Labels">Names sorted, each once, none empty; any values.</param>
public abstract record MetricSeries(IReadOnlyList<KeyValuePair<string, string>> Labels);

/// <summary>A number.</summary>
public sealed record NumberSeries(IReadOnlyList<KeyValuePair<string, string>> Labels, double Value)
    : MetricSeries(Labels);

/// <summary>The buckets of a histogram.</summary>
/// <param name="Labels">As ever.</param>
/// <param name="Buckets">By upper bound, the last one's being +∞; counts are of this bucket alone.</param>
/// <param name="Sum">Of all observed values.</param>
public sealed record HistogramSeries(
    IReadOnlyList<KeyValuePair<string, string>> Labels,
    IReadOnlyList<Bucket> Buckets,
    double Sum
) : MetricSeries(Labels);

/// <summary>A bucket of a histogram.</summary>
/// <param name="UpperBound">Inclusive.</param>
/// <param name="Count">Observations in this bucket alone.</param>
/// <param name="Exemplar">One observation for which there is a trace; null when there is none.</param>
public sealed record Bucket(double UpperBound, long Count, Exemplar? Exemplar);

/// <summary>An observation and the span in which it was made.</summary>
/// <param name="Value">What was observed.</param>
/// <param name="TraceId">32 hexadecimal digits.</param>
/// <param name="SpanId">16 hexadecimal digits.</param>
/// <param name="At">When.</param>
public sealed record Exemplar(double Value, string TraceId, string SpanId, DateTimeOffset At);
