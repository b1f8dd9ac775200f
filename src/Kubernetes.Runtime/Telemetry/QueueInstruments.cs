namespace Kubernetes.Runtime.Telemetry;

/// <summary>The queue instruments with one queue's labels.</summary>
internal sealed class QueueInstruments
{
    private readonly QueueMetrics _metrics;

    public QueueInstruments(
        QueueMetrics metrics,
        string name,
        Func<int> depth,
        Func<(int Count, TimeSpan Longest, TimeSpan Sum)> running
    )
    {
        _metrics = metrics;
        // One queue serves one controller here; upstream has both labels.
        Tags = [Instruments.Label("controller", name), Instruments.Label("name", name)];
        Depth = depth;
        Running = running;
        // A series that appears with its first count hides that count from rate().
        metrics.Adds.Add(0, Tags);
        metrics.Retries.Add(0, Tags);
        metrics.QueueDuration.Begin(Tags);
        metrics.WorkDuration.Begin(Tags);
    }

    public KeyValuePair<string, object?>[] Tags { get; }

    public Func<int> Depth { get; }

    public Func<(int Count, TimeSpan Longest, TimeSpan Sum)> Running { get; }

    public void Added() => _metrics.Adds.Add(1, Tags);

    public void Retried() => _metrics.Retries.Add(1, Tags);

    public void Taken(TimeSpan waited) => _metrics.QueueDuration.Record(waited.TotalSeconds, Tags);

    public void Worked(TimeSpan took) => _metrics.WorkDuration.Record(took.TotalSeconds, Tags);

    /// <summary>There is no queue any more: it is neither shown nor held.</summary>
    public void Ended() => _metrics.Remove(this);
}
