using System.Diagnostics.Metrics;
using Kubernetes.Runtime.Telemetry.Collection;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>What the making of all instruments has in common.</summary>
internal static class Instruments
{
    /// <summary>From a cache lookup to a request that runs into its deadline, in seconds.</summary>
    private static readonly InstrumentAdvice<double> Seconds = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120],
    };

    /// <summary>A histogram of durations in seconds.</summary>
    public static Histogram<double> Durations(this Meter meter, string name, string description) =>
        meter.CreateHistogram(name, unit: null, description, tags: null, Seconds);

    public static Counter<long> Counter(this Meter meter, string name, string description) =>
        meter.CreateCounter<long>(name, unit: null, description);

    /// <summary>
    /// Shows a histogram at zero before its first observation, as adding nothing does it for a counter: a series that
    /// appears with its first count hides that count from rate().
    /// </summary>
    public static void Begin(
        this Histogram<double> histogram,
        params ReadOnlySpan<KeyValuePair<string, object?>> tags
    ) => (histogram.Meter.Scope as MetricsCollector)?.Begin(histogram, tags);

    public static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
