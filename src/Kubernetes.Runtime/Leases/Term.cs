namespace Kubernetes.Runtime.Leases;

/// <summary>
/// The time for which a leader may believe in its leadership. Each renewal extends it, counted from when the renewal was
/// sent: the others count from when they see it, which is later.
/// </summary>
internal sealed class Term : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _length;
    private readonly CancellationTokenSource _lost;
    private long _since;
    private string _reason;

    public Term(long since, TimeSpan length, TimeProvider time)
    {
        _time = time;
        _length = length;
        _since = since;
        _reason = $"no renewal succeeded for {length.TotalSeconds:0.###} s";
        var left = Left;
        _lost = left > TimeSpan.Zero ? new CancellationTokenSource(left, time) : new CancellationTokenSource();
        if (left <= TimeSpan.Zero)
        {
            _lost.Cancel();
        }
    }

    /// <summary>Fires when the term is over, once and for all.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Why it is over.</summary>
    public string Reason => Volatile.Read(ref _reason);

    /// <summary>Still within it: also when a busy machine fires the timer late.</summary>
    public bool IsOn => !_lost.IsCancellationRequested && Left > TimeSpan.Zero;

    private TimeSpan Left => _length - _time.GetElapsedTime(Interlocked.Read(ref _since));

    /// <summary>A renewal that was sent at <paramref name="since"/> succeeded. Does not bring a lost term back.</summary>
    public void Extend(long since)
    {
        Interlocked.Exchange(ref _since, since);
        var left = Left;
        if (left > TimeSpan.Zero)
        {
            _lost.CancelAfter(left);
        }
        else
        {
            _lost.Cancel();
        }
    }

    /// <summary>Ends it at once.</summary>
    public void End(string reason)
    {
        Volatile.Write(ref _reason, reason);
        _lost.Cancel();
    }

    /// <inheritdoc />
    public void Dispose() => _lost.Dispose();
}
