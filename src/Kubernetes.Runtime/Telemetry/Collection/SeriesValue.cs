using System.Diagnostics;
using Kubernetes.Runtime.Telemetry.Exposition;

namespace Kubernetes.Runtime.Telemetry.Collection;

/// <summary>What was measured so far for one set of labels. Thread-safe.</summary>
internal abstract class SeriesValue
{
    /// <summary>The round in which an observed value was last given; see <see cref="Family"/>.</summary>
    public int Round { get; set; }

    public abstract void Record(double value);

    public abstract MetricSeries Read(LabelSet labels);
}

/// <summary>The sum of what came: counters.</summary>
internal sealed class SumValue : SeriesValue
{
    private readonly Lock _gate = new();
    private double _sum;

    public override void Record(double value)
    {
        lock (_gate)
        {
            _sum += value;
        }
    }

    public override MetricSeries Read(LabelSet labels)
    {
        lock (_gate)
        {
            return new NumberSeries(labels.Labels, _sum);
        }
    }
}

/// <summary>What came last: gauges, and everything that is asked for its value.</summary>
internal sealed class LastValue : SeriesValue
{
    private double _last;

    public override void Record(double value) => Volatile.Write(ref _last, value);

    public override MetricSeries Read(LabelSet labels) => new NumberSeries(labels.Labels, Volatile.Read(ref _last));
}

/// <summary>Counts by bucket, each with the last observation that belongs to a recorded trace.</summary>
internal sealed class HistogramValue(double[] bounds, TimeProvider time) : SeriesValue
{
    private readonly Lock _gate = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private readonly Exemplar?[] _exemplars = new Exemplar?[bounds.Length + 1];
    private double _sum;

    public override void Record(double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        var found = Array.BinarySearch(bounds, value);
        var index = found < 0 ? ~found : found;
        var exemplar = Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } span
            ? new Exemplar(value, span.TraceId.ToHexString(), span.SpanId.ToHexString(), time.GetUtcNow())
            : null;
        lock (_gate)
        {
            _counts[index]++;
            _sum += value;
            _exemplars[index] = exemplar ?? _exemplars[index];
        }
    }

    public override MetricSeries Read(LabelSet labels)
    {
        lock (_gate)
        {
            var buckets = new Bucket[_counts.Length];
            for (var i = 0; i < buckets.Length; i++)
            {
                var bound = i < bounds.Length ? bounds[i] : double.PositiveInfinity;
                buckets[i] = new Bucket(bound, _counts[i], _exemplars[i]);
            }

            return new HistogramSeries(labels.Labels, buckets, _sum);
        }
    }
}
