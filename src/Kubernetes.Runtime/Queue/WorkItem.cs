namespace Kubernetes.Runtime.Queue;

/// <summary>What a queue knows of one key. Guarded by the queue's lock; times are ticks of the queue's clock.</summary>
internal sealed class WorkItem<TKey>(TKey key)
    where TKey : notnull
{
    public TKey Key { get; } = key;

    /// <summary>It waits to be taken.</summary>
    public bool Queued { get; set; }

    /// <summary>A worker has it.</summary>
    public bool Processing { get; set; }

    /// <summary>It was added while a worker has it.</summary>
    public bool Dirty { get; set; }

    /// <summary>While it waits: of its place; while a worker has it: of the adds meanwhile.</summary>
    public int Priority { get; set; } = int.MinValue;

    /// <summary>With which it was taken; a repetition keeps it.</summary>
    public int TakenPriority { get; set; }

    /// <summary>Of the delayed adds that are still to come.</summary>
    public int DelayedPriority { get; set; } = int.MinValue;

    public int Failures { get; set; }

    /// <summary>The number of its newest place among those that wait; older places are skipped.</summary>
    public long Place { get; set; }

    public long AddedAt { get; set; }

    public long TakenAt { get; set; }

    /// <summary>When the earliest delay ends.</summary>
    public long Due { get; set; } = long.MaxValue;

    /// <summary>When it was quiet around it for long enough …</summary>
    public long DebounceDue { get; set; } = long.MaxValue;

    /// <summary>… and up to when that may move.</summary>
    public long DebounceLimit { get; set; } = long.MaxValue;

    /// <summary>When the alarm that is set for it goes off.</summary>
    public long AlarmAt { get; set; } = long.MaxValue;

    public long NextDue => Math.Min(Due, DebounceDue);

    /// <summary>There is nothing to remember.</summary>
    public bool IsForgettable =>
        !Queued && !Processing && Failures == 0 && NextDue == long.MaxValue && AlarmAt == long.MaxValue;

    /// <summary>It is to be added at a time, unless it is to be earlier already.</summary>
    public void Delay(long due, int priority)
    {
        Due = Math.Min(Due, due);
        DelayedPriority = Math.Max(DelayedPriority, priority);
    }

    /// <summary>It is to be added at a time, later if this is called again, but not later than the first limit.</summary>
    public void Debounce(long due, long limit, int priority)
    {
        DebounceLimit = Math.Min(DebounceLimit, limit);
        DebounceDue = Math.Min(due, DebounceLimit);
        DelayedPriority = Math.Max(DelayedPriority, priority);
    }

    /// <summary>All that is due by now is no longer to come.</summary>
    /// <returns>The priority with which to add it.</returns>
    public int TakeDue(long now)
    {
        var priority = DelayedPriority;
        Due = Due <= now ? long.MaxValue : Due;
        EndDebounce();
        return priority;
    }

    public void EndDebounce()
    {
        DebounceDue = long.MaxValue;
        DebounceLimit = long.MaxValue;
        if (Due == long.MaxValue)
        {
            DelayedPriority = int.MinValue;
        }
    }
}
