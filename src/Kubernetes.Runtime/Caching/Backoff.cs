namespace Kubernetes.Runtime.Caching;

/// <summary>
/// Growing pauses between failures: ×2 up to a limit, plus up to as much again at random so that many clients do not
/// come back at once. A failure long after the one before starts again from the smallest pause.
/// </summary>
internal sealed class Backoff(
    TimeSpan initial,
    TimeSpan limit,
    TimeSpan resetAfter,
    TimeProvider time,
    Func<double> random
)
{
    private TimeSpan? _next;
    private long? _lastFailure;

    /// <summary>For a loop that keeps one thing as it should be: 1 to 30 s, from the start again after 2 quiet minutes.</summary>
    public static Backoff OfOneLoop(TimeProvider time) =>
        new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), time, Random.Shared.NextDouble);

    public TimeSpan Next()
    {
        if (_lastFailure is { } last && time.GetElapsedTime(last) > resetAfter)
        {
            Reset();
        }

        var least = _next ?? initial;
        var pause = Min(least + (least * random()), limit);
        _next = Min(least * 2, limit);
        _lastFailure = time.GetTimestamp();
        return pause;
    }

    public void Reset() => _next = null;

    private static TimeSpan Min(TimeSpan left, TimeSpan right) => left < right ? left : right;
}
