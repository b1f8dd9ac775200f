using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>
/// The instruments of queues and controllers, in one meter, under the names that controller-runtime gave them, so that
/// existing dashboards fit. Durations are in seconds.
/// </summary>
public sealed class RuntimeMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string MeterName = "Kubernetes.Runtime";

    private static readonly InstrumentAdvice<double> Buckets = new()
    {
        HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120],
    };

    private readonly Meter _meter;
    private readonly ConcurrentBag<QueueInstruments> _queues = [];
    private readonly ConcurrentBag<ControllerInstruments> _controllers = [];

    /// <summary>Makes the instruments.</summary>
    /// <param name="meters">Whose meter they belong to; null: one of their own.</param>
    public RuntimeMetrics(IMeterFactory? meters = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        Adds = _meter.CreateCounter<long>("workqueue_adds_total", description: "Keys put into the queue.");
        Retries = _meter.CreateCounter<long>("workqueue_retries_total", description: "Keys put in again by a failure.");
        QueueDuration = Histogram("workqueue_queue_duration_seconds", "How long keys waited to be taken.");
        WorkDuration = Histogram("workqueue_work_duration_seconds", "How long keys were worked on.");
        ReconcileTotal = _meter.CreateCounter<long>(
            "controller_runtime_reconcile_total",
            description: "Reconciliations by result: success, error, requeue, requeue_after."
        );
        ReconcileErrors = _meter.CreateCounter<long>(
            "controller_runtime_reconcile_errors_total",
            description: "Reconciliations that failed."
        );
        TerminalErrors = _meter.CreateCounter<long>(
            "controller_runtime_terminal_reconcile_errors_total",
            description: "Failures that are not tried again before something changes."
        );
        Timeouts = _meter.CreateCounter<long>(
            "controller_runtime_reconcile_timeouts_total",
            description: "Reconciliations that were cut off."
        );
        ReconcileTime = Histogram("controller_runtime_reconcile_time_seconds", "How long reconciliations took.");
        Gauge("workqueue_depth", "Keys that wait to be taken.", queue => queue.Depth());
        Gauge(
            "workqueue_unfinished_work_seconds",
            "Time spent so far on keys being worked on.",
            queue => queue.Running().Sum.TotalSeconds
        );
        Gauge(
            "workqueue_longest_running_processor_seconds",
            "Age of the oldest work in progress.",
            queue => queue.Running().Longest.TotalSeconds
        );
        _meter.CreateObservableGauge(
            "controller_runtime_active_workers",
            () => _controllers.Select(it => new Measurement<long>(it.ActiveWorkers, it.Tags)),
            description: "Workers that are reconciling."
        );
        _meter.CreateObservableGauge(
            "controller_runtime_max_concurrent_reconciles",
            () => _controllers.Select(it => new Measurement<long>(it.Workers, it.Tags)),
            description: "Workers there are."
        );
    }

    internal Counter<long> Adds { get; }
    internal Counter<long> Retries { get; }
    internal Histogram<double> QueueDuration { get; }
    internal Histogram<double> WorkDuration { get; }
    internal Counter<long> ReconcileTotal { get; }
    internal Counter<long> ReconcileErrors { get; }
    internal Counter<long> TerminalErrors { get; }
    internal Counter<long> Timeouts { get; }
    internal Histogram<double> ReconcileTime { get; }

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();

    internal QueueInstruments ForQueue(
        string name,
        Func<int> depth,
        Func<(int Count, TimeSpan Longest, TimeSpan Sum)> running
    )
    {
        var queue = new QueueInstruments(this, name, depth, running);
        _queues.Add(queue);
        return queue;
    }

    internal ControllerInstruments ForController(string name, int workers)
    {
        var controller = new ControllerInstruments(this, name, workers);
        _controllers.Add(controller);
        return controller;
    }

    private Histogram<double> Histogram(string name, string description) =>
        _meter.CreateHistogram(name, unit: null, description, tags: null, Buckets);

    private void Gauge(string name, string description, Func<QueueInstruments, double> read) =>
        _meter.CreateObservableGauge(
            name,
            () => _queues.Select(queue => new Measurement<double>(read(queue), queue.Tag)),
            description: description
        );
}
