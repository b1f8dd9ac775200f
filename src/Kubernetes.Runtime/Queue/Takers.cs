using System.Threading.Channels;

namespace Kubernetes.Runtime.Queue;

/// <summary>Those who wait for a key, in the order in which they came. Guarded by the queue's lock.</summary>
/// <param name="gate">The queue's lock, which a wait that is given up has to take itself.</param>
internal sealed class Takers<TKey>(Lock gate)
    where TKey : notnull
{
    private readonly LinkedList<TaskCompletionSource<TKey>> _waiting = new();

    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>One more, whom <see cref="WaitAsync"/> waits for.</summary>
    public TaskCompletionSource<TKey> Add()
    {
        // Who gets a key goes on on another thread: the lock is held.
        var taker = new TaskCompletionSource<TKey>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.AddLast(taker);
        return taker;
    }

    /// <summary>Gives the first one a key.</summary>
    public void Serve(TKey key)
    {
        var first = _waiting.First!.Value;
        _waiting.RemoveFirst();
        first.SetResult(key);
    }

    /// <summary>Nobody will get a key any more.</summary>
    public void Refuse()
    {
        foreach (var taker in _waiting)
        {
            taker.SetException(new ChannelClosedException());
        }

        _waiting.Clear();
    }

    /// <summary>The key that the taker gets. To be called without the lock.</summary>
    /// <exception cref="ChannelClosedException">The queue is completed.</exception>
    /// <exception cref="OperationCanceledException">The token fired; no key was taken.</exception>
    public async Task<TKey> WaitAsync(TaskCompletionSource<TKey> taker, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            _ =>
            {
                lock (gate)
                {
                    if (_waiting.Remove(taker))
                    {
                        taker.SetCanceled(cancellationToken);
                    }
                }
            },
            null
        );
        return await taker.Task;
    }
}
