using System.Collections.Frozen;
using Binnacle.Operator.Components;
using Binnacle.PromQL.Linting;

namespace Binnacle.Operator.Advice;

/// <summary>What the Prometheus of a stack knows, as far as all its rules share it.</summary>
/// <param name="At">When it was asked.</param>
/// <param name="Metrics">Names of the metrics that have data.</param>
/// <param name="KnowsAll">False when there are more metrics than were asked for.</param>
/// <param name="Types">Types of the metrics that targets tell of.</param>
/// <param name="Oldest">Time of the oldest sample; null while there is none.</param>
internal sealed record StackKnowledge(
    DateTimeOffset At,
    FrozenSet<string> Metrics,
    bool KnowsAll,
    IReadOnlyDictionary<string, MetricType> Types,
    DateTimeOffset? Oldest
)
{
    /// <summary>Names that are asked for at the most.</summary>
    private const int MostNames = 200_000;

    /// <summary>Asks a replica.</summary>
    public static async Task<StackKnowledge> AskAsync(
        PrometheusApi prometheus,
        Replica replica,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var names = await prometheus.MetricNamesAsync(replica, MostNames, cancellationToken);
        var metadata = await prometheus.MetadataAsync(replica, MostNames, cancellationToken);
        return new StackKnowledge(
            now,
            names.ToFrozenSet(StringComparer.Ordinal),
            names.Count < MostNames,
            metadata
                .Where(metric => metric.Value.Count > 0)
                .ToDictionary(metric => metric.Key, metric => TypeOf(metric.Value[0].Type), StringComparer.Ordinal),
            await prometheus.OldestSampleAsync(replica, cancellationToken)
        );
    }

    /// <summary>The names of https://prometheus.io/docs/prometheus/latest/querying/api/#querying-metric-metadata.</summary>
    private static MetricType TypeOf(string name) =>
        name switch
        {
            "counter" => MetricType.Counter,
            "gauge" => MetricType.Gauge,
            "histogram" or "gaugehistogram" => MetricType.Histogram,
            "summary" => MetricType.Summary,
            "info" or "stateset" => MetricType.Info,
            _ => MetricType.Unknown,
        };
}
