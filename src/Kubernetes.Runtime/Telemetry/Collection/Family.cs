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

    /// <summary>By labels as they come: the fast way to a series.</summary>
    private readonly ConcurrentDictionary<LabelSet, SeriesValue> _found = new(new LabelSet.Comparer());

    /// <summary>By labels as they are written: no two series on a page may have the same.</summary>
    private readonly Dictionary<string, (LabelSet Labels, SeriesValue Value)> _series = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
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
        Instrument = instrument.Name;
        Name = MetricNames.Of(instrument, Type);
        _help = instrument.Description ?? "";
        var bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBounds;
        _make =
            Type == MetricType.Histogram ? () => new HistogramValue(bounds, time)
            : generic == typeof(Counter<>) || generic == typeof(UpDownCounter<>) ? static () => new SumValue()
            : static () => new LastValue();
    }

    public string Instrument { get; }

    public string Name { get; }

    public MetricType Type { get; }

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _found.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!lookup.TryGetValue(tags, out var series))
        {
            series = FindOrMake(tags);
        }

        series.Record(value);
        series.Round = _round;
    }

    /// <summary>Makes the series if there is none.</summary>
    public void Begin(ReadOnlySpan<KeyValuePair<string, object?>> tags) => FindOrMake(tags);

    /// <summary>Before observers are asked: a series that none of them gives any more is not written.</summary>
    public void BeginRound() => _round++;

    public MetricFamily Read()
    {
        var series = new List<MetricSeries>();
        lock (_gate)
        {
            foreach (var (identity, (labels, value)) in _series)
            {
                if (!_isObserved || value.Round == _round)
                {
                    series.Add(value.Read(labels));
                }
                else
                {
                    _series.Remove(identity);
                    Forget(value);
                }
            }
        }

        series.Sort(static (left, right) => Compare(left.Labels, right.Labels));
        return new MetricFamily(Name, Type, _help, series);
    }

    private SeriesValue FindOrMake(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = LabelSet.Of(tags);
        lock (_gate)
        {
            if (!_series.TryGetValue(labels.Identity, out var series))
            {
                if (_series.Count >= SeriesLimit)
                {
                    labels = LabelSet.Of(Overflow);
                    return _series.TryGetValue(labels.Identity, out series) ? series.Value : Make(labels);
                }

                series = (labels, Make(labels));
            }

            _found[labels] = series.Value;
            return series.Value;
        }
    }

    private SeriesValue Make(LabelSet labels)
    {
        var value = _make();
        _series.Add(labels.Identity, (labels, value));
        return value;
    }

    private void Forget(SeriesValue gone)
    {
        foreach (var (labels, value) in _found)
        {
            if (ReferenceEquals(value, gone))
            {
                _found.TryRemove(labels, out _);
            }
        }
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
