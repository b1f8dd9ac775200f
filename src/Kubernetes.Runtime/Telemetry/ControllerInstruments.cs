namespace Kubernetes.Runtime.Telemetry;

/// <summary>The controller instruments with one controller's label.</summary>
internal sealed class ControllerInstruments
{
    public const string Success = "success";
    public const string Error = "error";
    public const string Requeue = "requeue";
    public const string RequeueAfter = "requeue_after";

    private readonly RuntimeMetrics _metrics;
    private readonly KeyValuePair<string, object?> _controller;
    private int _activeWorkers;

    public ControllerInstruments(RuntimeMetrics metrics, string name, int workers)
    {
        _metrics = metrics;
        _controller = new KeyValuePair<string, object?>("controller", name);
        Tags = [_controller];
        Workers = workers;
        // A series that appears with its first count hides that count from rate().
        foreach (var result in new[] { Success, Error, Requeue, RequeueAfter })
        {
            metrics.ReconcileTotal.Add(0, _controller, Result(result));
        }

        metrics.ReconcileErrors.Add(0, _controller);
        metrics.TerminalErrors.Add(0, _controller);
        metrics.Timeouts.Add(0, _controller);
    }

    public KeyValuePair<string, object?>[] Tags { get; }

    public int Workers { get; }

    public int ActiveWorkers => Volatile.Read(ref _activeWorkers);

    public void Started() => Interlocked.Increment(ref _activeWorkers);

    public void Ended(string result, TimeSpan took)
    {
        Interlocked.Decrement(ref _activeWorkers);
        _metrics.ReconcileTotal.Add(1, _controller, Result(result));
        _metrics.ReconcileTime.Record(took.TotalSeconds, _controller);
    }

    public void Failed() => _metrics.ReconcileErrors.Add(1, _controller);

    public void FailedForGood() => _metrics.TerminalErrors.Add(1, _controller);

    public void TimedOut() => _metrics.Timeouts.Add(1, _controller);

    private static KeyValuePair<string, object?> Result(string result) => new("result", result);
}
