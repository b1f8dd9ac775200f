using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Kubernetes.Runtime.Telemetry.Exposition;

namespace Kubernetes.Runtime.Telemetry.Collection;

/// <summary>All series of one instrument.</summary>
internal sealed class Family
{
    /// <summary>As many as OpenTelemetry keeps of one instrument; what comes after that is counted together.</summary>
    public const int SeriesLimit = 2000;

    /// <summary>Where an instrument gives no advice: Prometheus' own default.</summary>
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private static readonly KeyValuePair<string, object?>[] Overflow = [new("otel_metric_overflow", "true")];

    private readonly ConcurrentDictionary<LabelSet, SeriesValue> _series = new(new LabelSet.Comparer());
    private readonly Func<SeriesValue> _make;
    private readonly bool _isObserved;
    private readonly string _help;
    private int _round;

    public Family(Instrument instrument, TimeProvider time)
    {
        var generic = instrument.GetType().GetGenericTypeDefinition();
        _isObserved = instrument.IsObservable;
        Type =
            generic == typeof(Counter<>) || generic == typeof(ObservableCounter<>) ? MetricType.Counter
            : generic == typeof(Histogram<>) ? MetricType.Histogram
            : MetricType.Gauge;
        Name = MetricNames.Of(instrument, Type);
        _help = instrument.Description ?? "";
        var bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBounds;
        _make =
            Type == MetricType.Histogram ? () => new HistogramValue(bounds, time)
            : generic == typeof(Counter<>) || generic == typeof(UpDownCounter<>) ? static () => new SumValue()
            : static () => new LastValue();
    }

    public string Name { get; }

    public MetricType Type { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!lookup.TryGetValue(tags, out var series))
        {
            var labels = LabelSet.Of(_series.Count < SeriesLimit ? tags : Overflow);
            series = _series.GetOrAdd(labels, _ => _make());
        }

        series.Record(value);
        series.Round = _round;
    }

    /// <summary>Before observers are asked: a series that none of them gives any more is not written.</summary>
    public void BeginRound() => _round++;

    public MetricFamily Read()
    {
        var series = new List<MetricSeries>();
        foreach (var (labels, value) in _series)
        {
            if (!_isObserved)
            {
                series.Add(value.Read(labels));
            }
            else if (value.Round == _round)
            {
                series.Add(value.Read(labels));
            }
            else
            {
                _series.TryRemove(labels, out _);
            }
        }

        series.Sort(static (left, right) => Compare(left.Labels, right.Labels));
        return new MetricFamily(Name, Type, _help, series);
    }

    private static int Compare(
        IReadOnlyList<KeyValuePair<string, string>> left,
        IReadOnlyList<KeyValuePair<string, string>> right
    )
    {
        for (var i = 0; i < left.Count && i < right.Count; i++)
        {
            var order = string.CompareOrdinal(left[i].Key, right[i].Key);
            order = order != 0 ? order : string.CompareOrdinal(left[i].Value, right[i].Value);
            if (order != 0)
            {
                return order;
            }
        }

        return left.Count - right.Count;
    }
}
