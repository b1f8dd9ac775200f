namespace Kubernetes.Runtime.Queue;

/// <summary>How a <see cref="WorkQueue{TKey}"/> spreads repetitions.</summary>
public sealed record WorkQueueOptions
{
    /// <summary>Pause after a key's first failure; doubles with each further one. Default 200 ms.</summary>
    public TimeSpan FirstRetry { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause between a key's failures. Default 5 min.</summary>
    public TimeSpan LastRetry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Repetitions in a second, of all keys together, once <see cref="RetryBurst"/> is used up. Default 10.</summary>
    public double RetriesPerSecond { get; init; } = 10;

    /// <summary>Repetitions of all keys together that are not slowed down. Default 100.</summary>
    public int RetryBurst { get; init; } = 100;
}

/// <summary>Common priorities; a higher one is served first.</summary>
public static class WorkPriority
{
    /// <summary>What was there at start: 20,000 of them must not keep a user waiting.</summary>
    public const int Initial = -100;

    /// <summary>A look without a reason, in case that something was missed.</summary>
    public const int Resync = Initial;

    /// <summary>A change that somebody made.</summary>
    public const int Normal = 0;
}
