namespace Kubernetes.Runtime.Queue;

/// <summary>
/// Wakes the queue when the first delay is over: one timer, however many keys are delayed. Guarded by the queue's lock,
/// which the callback has to take itself.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="wake">Called when an alarm goes off; is to call <see cref="Ring"/>.</param>
internal sealed class Alarms<TKey>(TimeProvider time, Action wake) : IDisposable
    where TKey : notnull
{
    private readonly PriorityQueue<WorkItem<TKey>, long> _heap = new();
    private readonly ITimer _timer = time.CreateTimer(
        static state => ((Action)state!)(),
        wake,
        Timeout.InfiniteTimeSpan,
        Timeout.InfiniteTimeSpan
    );
    private long _timerDue = long.MaxValue;

    /// <summary>The clock's ticks at a time from now on.</summary>
    public long At(TimeSpan fromNow) => (time.GetElapsedTime(0) + fromNow).Ticks;

    /// <summary>Sees to it that an alarm goes off not later than the item is due.</summary>
    public void Set(WorkItem<TKey> item)
    {
        if (item.NextDue >= item.AlarmAt)
        {
            // A debounced item moved away: its alarm goes off too early and is then set again.
            return;
        }

        item.AlarmAt = item.NextDue;
        _heap.Enqueue(item, item.AlarmAt);
        SetTimer();
    }

    /// <summary>Calls back for every item whose alarm went off, due or not, and sets the timer for the next ones.</summary>
    public void Ring(Action<WorkItem<TKey>, long> handle)
    {
        _timerDue = long.MaxValue;
        var now = At(TimeSpan.Zero);
        while (_heap.TryPeek(out var item, out var at) && at <= now)
        {
            _heap.Dequeue();
            if (item.AlarmAt == at)
            {
                item.AlarmAt = long.MaxValue;
                handle(item, now);
            }
        }

        SetTimer();
    }

    public void Clear() => _heap.Clear();

    public void Dispose() => _timer.Dispose();

    private void SetTimer()
    {
        if (_heap.TryPeek(out _, out var due) && due < _timerDue)
        {
            _timerDue = due;
            // Timers count whole milliseconds: rounded up, or it would fire just before the item is due.
            var wait = Math.Ceiling(TimeSpan.FromTicks(due - At(TimeSpan.Zero)).TotalMilliseconds);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(wait, 0, int.MaxValue)), Timeout.InfiniteTimeSpan);
        }
    }
}
