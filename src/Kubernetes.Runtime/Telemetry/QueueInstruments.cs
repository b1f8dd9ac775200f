namespace Kubernetes.Runtime.Telemetry;

/// <summary>The queue instruments with one queue's label.</summary>
internal sealed class QueueInstruments
{
    private readonly RuntimeMetrics _metrics;

    public QueueInstruments(
        RuntimeMetrics metrics,
        string name,
        Func<int> depth,
        Func<(int Count, TimeSpan Longest, TimeSpan Sum)> running
    )
    {
        _metrics = metrics;
        Tag = new KeyValuePair<string, object?>("name", name);
        Depth = depth;
        Running = running;
        // A series that appears with its first count hides that count from rate().
        metrics.Adds.Add(0, Tag);
        metrics.Retries.Add(0, Tag);
    }

    public KeyValuePair<string, object?> Tag { get; }

    public Func<int> Depth { get; }

    public Func<(int Count, TimeSpan Longest, TimeSpan Sum)> Running { get; }

    public void Added() => _metrics.Adds.Add(1, Tag);

    public void Retried() => _metrics.Retries.Add(1, Tag);

    public void Taken(TimeSpan waited) => _metrics.QueueDuration.Record(waited.TotalSeconds, Tag);

    public void Worked(TimeSpan took) => _metrics.WorkDuration.Record(took.TotalSeconds, Tag);
}
