using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of all controllers.</summary>
internal sealed class ControllerMetrics
{
    private readonly ConcurrentBag<ControllerInstruments> _controllers = [];

    public ControllerMetrics(Meter meter)
    {
        Total = meter.Counter(
            "controller_runtime_reconcile_total",
            "Reconciliations by result: success, error, requeue (a conflict), requeue_after."
        );
        Errors = meter.Counter("controller_runtime_reconcile_errors_total", "Reconciliations that failed.");
        TerminalErrors = meter.Counter(
            "controller_runtime_terminal_reconcile_errors_total",
            "Failures that are not tried again before something changes."
        );
        Timeouts = meter.Counter("controller_runtime_reconcile_timeouts_total", "Reconciliations that were cut off.");
        Time = meter.Durations("controller_runtime_reconcile_time_seconds", "How long reconciliations took.");
        meter.CreateObservableGauge(
            "controller_runtime_active_workers",
            () => _controllers.Select(it => new Measurement<long>(it.ActiveWorkers, it.Tag)),
            unit: null,
            "Workers that are reconciling."
        );
        meter.CreateObservableGauge(
            "controller_runtime_max_concurrent_reconciles",
            () => _controllers.Select(it => new Measurement<long>(it.Workers, it.Tag)),
            unit: null,
            "Workers there are."
        );
    }

    public Counter<long> Total { get; }
    public Counter<long> Errors { get; }
    public Counter<long> TerminalErrors { get; }
    public Counter<long> Timeouts { get; }
    public Histogram<double> Time { get; }

    public ControllerInstruments Add(string name, int workers)
    {
        var controller = new ControllerInstruments(this, name, workers);
        _controllers.Add(controller);
        return controller;
    }
}
