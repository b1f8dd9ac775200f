using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of all work queues.</summary>
internal sealed class QueueMetrics
{
    private readonly ConcurrentDictionary<QueueInstruments, bool> _queues = new();

    public QueueMetrics(Meter meter)
    {
        Adds = meter.Counter("workqueue_adds_total", "Keys put into the queue.");
        Retries = meter.Counter("workqueue_retries_total", "Keys put in again because of a failure.");
        QueueDuration = meter.Durations("workqueue_queue_duration_seconds", "How long keys waited to be taken.");
        WorkDuration = meter.Durations("workqueue_work_duration_seconds", "How long keys were worked on.");
        Gauge(meter, "workqueue_depth", "Keys that wait to be taken.", queue => queue.Depth());
        Gauge(
            meter,
            "workqueue_unfinished_work_seconds",
            "Time spent so far on keys being worked on.",
            queue => queue.Running().Sum.TotalSeconds
        );
        Gauge(
            meter,
            "workqueue_longest_running_processor_seconds",
            "Age of the oldest work in progress.",
            queue => queue.Running().Longest.TotalSeconds
        );
    }

    public Counter<long> Adds { get; }
    public Counter<long> Retries { get; }
    public Histogram<double> QueueDuration { get; }
    public Histogram<double> WorkDuration { get; }

    public QueueInstruments Add(string name, Func<int> depth, Func<(int Count, TimeSpan Longest, TimeSpan Sum)> running)
    {
        var queue = new QueueInstruments(this, name, depth, running);
        _queues.TryAdd(queue, true);
        return queue;
    }

    public void Remove(QueueInstruments queue) => _queues.TryRemove(queue, out _);

    private void Gauge(Meter meter, string name, string description, Func<QueueInstruments, double> read) =>
        meter.CreateObservableGauge(
            name,
            () => _queues.Keys.Select(queue => new Measurement<double>(read(queue), queue.Tags)),
            unit: null,
            description
        );
}
