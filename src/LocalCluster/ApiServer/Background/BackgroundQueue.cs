using System.Threading.Channels;

namespace LocalCluster.ApiServer.Background;

/// <summary>Keys to look after, each at most once in the queue, taken by one worker.</summary>
internal sealed class BackgroundQueue<TKey>(
    string name,
    Func<TKey, CancellationToken, Task<bool>> handle,
    TimeProvider clock,
    ILogger logger
)
    where TKey : notnull
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly Channel<TKey> channel = Channel.CreateUnbounded<TKey>(new() { SingleReader = true });
    private readonly HashSet<TKey> waiting = [];
    private readonly Lock gate = new();

    /// <summary>Puts a key in line, unless it is there already.</summary>
    public void Add(TKey key)
    {
        lock (gate)
        {
            if (waiting.Add(key))
            {
                channel.Writer.TryWrite(key);
            }
        }
    }

    /// <summary>Handles keys until cancelled. A handler that returns false, or throws, gets its key again a little later.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await foreach (var key in channel.Reader.ReadAllAsync(cancellationToken))
        {
            lock (gate)
            {
                waiting.Remove(key);
            }

            var done = false;
            try
            {
                done = await handle(key, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(e, "{Queue}: {Key} failed and is tried again", name, key);
            }

            if (!done)
            {
                _ = AddLaterAsync(key, cancellationToken);
            }
        }
    }

    private async Task AddLaterAsync(TKey key, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(RetryDelay, clock, cancellationToken);
            Add(key);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }
}
