namespace Kubernetes.Runtime.Queue;

/// <summary>How long to wait before a key is tried again. Guarded by the queue's lock.</summary>
internal sealed class RetryPause(WorkQueueOptions options, TimeProvider time, Func<double> random)
{
    private readonly RetryBudget _budget = new(options.RetriesPerSecond, options.RetryBurst, time);

    /// <summary>The pause after one more failure.</summary>
    /// <param name="failures">Of the key before this one.</param>
    public TimeSpan Next(int failures)
    {
        var doubled = options.FirstRetry * Math.Pow(2, Math.Min(failures, 40));
        var pause = doubled < options.LastRetry ? doubled : options.LastRetry;
        // Between half the pause and all of it, so that keys that failed together come back apart.
        return (pause / 2) + (pause / 2 * random()) + _budget.Take();
    }
}
