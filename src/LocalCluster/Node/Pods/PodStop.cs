namespace LocalCluster.Node.Pods;

/// <summary>
/// The two steps of a pod's end: <see cref="Requested"/> asks programs to stop, <see cref="Kill"/> fires when their grace
/// period is over. A later request may shorten the period, never lengthen it.
/// </summary>
internal sealed class PodStop(TimeProvider time) : IDisposable
{
    private readonly CancellationTokenSource requested = new();
    private readonly CancellationTokenSource kill = new(Timeout.InfiniteTimeSpan, time);
    private readonly Lock gate = new();
    private DateTimeOffset? deadline;

    public CancellationToken Requested => requested.Token;

    public CancellationToken Kill => kill.Token;

    /// <summary>Starts the end, or brings it nearer.</summary>
    public void Request(TimeSpan grace)
    {
        lock (gate)
        {
            var end = time.GetUtcNow() + grace;
            if (deadline is null || end < deadline)
            {
                deadline = end;
                kill.CancelAfter(grace > TimeSpan.Zero ? grace : TimeSpan.FromMilliseconds(1));
            }
        }

        requested.Cancel();
    }

    public void Dispose()
    {
        requested.Dispose();
        kill.Dispose();
    }
}
