namespace Kubernetes.Runtime.Telemetry;

/// <summary>The controller instruments with one controller's label.</summary>
internal sealed class ControllerInstruments
{
    public const string Success = "success";
    public const string Error = "error";
    public const string Requeue = "requeue";
    public const string RequeueAfter = "requeue_after";

    private readonly ControllerMetrics _metrics;
    private int _activeWorkers;

    public ControllerInstruments(ControllerMetrics metrics, string name, int workers)
    {
        _metrics = metrics;
        Tag = Instruments.Label("controller", name);
        Workers = workers;
        // A series that appears with its first count hides that count from rate().
        foreach (var result in new[] { Success, Error, Requeue, RequeueAfter })
        {
            metrics.Total.Add(0, Tag, Result(result));
        }

        metrics.Errors.Add(0, Tag);
        metrics.TerminalErrors.Add(0, Tag);
        metrics.Timeouts.Add(0, Tag);
        metrics.Time.Begin(Tag);
    }

    public KeyValuePair<string, object?> Tag { get; }

    public int Workers { get; }

    public int ActiveWorkers => Volatile.Read(ref _activeWorkers);

    public void Started() => Interlocked.Increment(ref _activeWorkers);

    public void Ended(string result, TimeSpan took)
    {
        Interlocked.Decrement(ref _activeWorkers);
        _metrics.Total.Add(1, Tag, Result(result));
        _metrics.Time.Record(took.TotalSeconds, Tag);
    }

    public void Failed() => _metrics.Errors.Add(1, Tag);

    public void FailedForGood() => _metrics.TerminalErrors.Add(1, Tag);

    public void TimedOut() => _metrics.Timeouts.Add(1, Tag);

    private static KeyValuePair<string, object?> Result(string result) => Instruments.Label("result", result);
}
