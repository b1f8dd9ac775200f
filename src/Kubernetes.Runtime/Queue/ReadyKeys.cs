using System.Diagnostics.CodeAnalysis;

namespace Kubernetes.Runtime.Queue;

/// <summary>
/// The keys that may be taken, in the order in which they are: higher priority first, then first come, first served.
/// Guarded by the queue's lock.
/// </summary>
internal sealed class ReadyKeys<TKey>
    where TKey : notnull
{
    private readonly PriorityQueue<WorkItem<TKey>, (int Priority, long Place)> _heap = new();
    private long _places;

    public int Count { get; private set; }

    /// <summary>Puts an item in that was not.</summary>
    public void Add(WorkItem<TKey> item, int priority, long now)
    {
        item.Queued = true;
        item.AddedAt = now;
        Count++;
        Place(item, priority);
    }

    /// <summary>Moves an item before those of lower priority; the place that it had is skipped when it comes up.</summary>
    public void Raise(WorkItem<TKey> item, int priority) => Place(item, priority);

    /// <summary>Takes out the first one.</summary>
    public bool TryTake([NotNullWhen(true)] out WorkItem<TKey>? item)
    {
        while (_heap.TryDequeue(out item, out var order))
        {
            if (item.Queued && item.Place == order.Place)
            {
                Count--;
                item.Queued = false;
                return true;
            }
        }

        return false;
    }

    public void Clear()
    {
        _heap.Clear();
        Count = 0;
    }

    private void Place(WorkItem<TKey> item, int priority)
    {
        item.Priority = priority;
        item.Place = ++_places;
        _heap.Enqueue(item, (-priority, item.Place));
    }
}
