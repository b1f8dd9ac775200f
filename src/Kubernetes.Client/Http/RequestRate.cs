namespace Kubernetes.Client;

/// <summary>How many requests a client sends at most: the server's own fairness makes this rarely needed.</summary>
/// <param name="PerSecond">On average; more than 0.</param>
/// <param name="Burst">At once, after a pause; at least 1.</param>
public sealed record RequestRate(double PerSecond, int Burst);

/// <summary>
/// Holds requests to a <see cref="RequestRate"/>, in the order in which they come (a token bucket). A request that is
/// given up while it waits has used its turn.
/// </summary>
internal sealed class RequestLimiter
{
    private readonly TimeProvider time;
    private readonly TimeSpan interval;
    private readonly TimeSpan depth;
    private readonly long start;
    private readonly Lock sync = new();
    private TimeSpan full;

    /// <summary>Starts with a full bucket.</summary>
    /// <exception cref="KubernetesConfigurationException">The rate lets nothing through.</exception>
    public RequestLimiter(RequestRate rate, TimeProvider time)
    {
        if (!(rate.PerSecond > 0) || double.IsInfinity(rate.PerSecond) || rate.Burst < 1)
        {
            throw new KubernetesConfigurationException(
                $"a request rate of {rate.PerSecond} per second with bursts of {rate.Burst} is none: expected more than 0 per second, and bursts of 1 or more"
            );
        }
        this.time = time;
        interval = TimeSpan.FromSeconds(1 / rate.PerSecond);
        depth = interval * (rate.Burst - 1);
        start = time.GetTimestamp();
    }

    /// <summary>Comes back when a request may be sent.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) =>
        Reserve() is var wait && wait > TimeSpan.Zero ? Task.Delay(wait, time, cancellationToken) : Task.CompletedTask;

    /// <summary>Takes a turn; how long it is until then.</summary>
    public TimeSpan Reserve()
    {
        lock (sync)
        {
            var now = time.GetElapsedTime(start);
            // When the bucket would be full again, were nothing else sent.
            full = (full > now ? full : now) + interval;
            var wait = full - interval - depth - now;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }
}
