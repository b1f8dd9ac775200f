using System.Threading.Channels;
using Kubernetes.Runtime.Telemetry;

namespace Kubernetes.Runtime.Queue;

/// <summary>
/// Keys that wait for work. A key is in it once however often it is added; while a worker has it, it is handed to no
/// other, and an <see cref="Add"/> meanwhile brings it back after <see cref="Done"/>. Keys of higher priority come
/// first, then first come, first served. Thread-safe.
/// </summary>
/// <typeparam name="TKey">What names a piece of work; compared by value.</typeparam>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly TimeProvider _time;
    private readonly WorkQueueOptions _options;
    private readonly Func<double> _random;
    private readonly QueueInstruments? _instruments;
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Item> _items = [];
    private readonly PriorityQueue<Item, (int Priority, long Sequence)> _ready = new();
    private readonly PriorityQueue<Item, long> _delayed = new();
    private readonly LinkedList<TaskCompletionSource<TKey>> _takers = new();
    private readonly ITimer _timer;
    private readonly RetryBudget _budget;
    private long _sequence;
    private long _timerDue = long.MaxValue;
    private int _depth;
    private bool _completed;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="time">The clock of all delays.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="name">The queue's name in metrics.</param>
    /// <param name="metrics">Where depth, adds, retries and durations are counted; null: nowhere.</param>
    public WorkQueue(
        TimeProvider time,
        WorkQueueOptions? options = null,
        string name = "",
        RuntimeMetrics? metrics = null
    )
        : this(time, options, name, metrics, Random.Shared.NextDouble) { }

    internal WorkQueue(
        TimeProvider time,
        WorkQueueOptions? options,
        string name,
        RuntimeMetrics? metrics,
        Func<double> random
    )
    {
        _time = time;
        _options = options ?? new WorkQueueOptions();
        _random = random;
        _budget = new RetryBudget(_options.RetriesPerSecond, _options.RetryBurst, time);
        _timer = time.CreateTimer(_ => FireDue(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _instruments = metrics?.ForQueue(name, () => Depth, Running);
    }

    /// <summary>How many keys wait to be taken; those with a delay do not count until they are due.</summary>
    public int Depth
    {
        get
        {
            lock (_gate)
            {
                return _depth;
            }
        }
    }

    /// <summary>Puts a key in, or raises its priority when it is in already.</summary>
    /// <param name="key">What to work on.</param>
    /// <param name="priority">See <see cref="WorkPriority"/>.</param>
    public void Add(TKey key, int priority = WorkPriority.Normal)
    {
        lock (_gate)
        {
            if (!_completed)
            {
                AddLocked(GetOrAdd(key), priority);
            }
        }
    }

    /// <summary>
    /// Puts a key in once <paramref name="delay"/> is over. Of several delays for a key the one due first counts.
    /// </summary>
    public void AddAfter(TKey key, TimeSpan delay, int priority = WorkPriority.Normal)
    {
        if (delay <= TimeSpan.Zero)
        {
            Add(key, priority);
            return;
        }

        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            var item = GetOrAdd(key);
            item.Due = Math.Min(item.Due, Ticks(delay));
            item.DelayedPriority = Math.Max(item.DelayedPriority, priority);
            Schedule(item);
        }
    }

    /// <summary>
    /// Puts a key in once it was quiet around it: <paramref name="quiet"/> after the last call, but not later than
    /// <paramref name="atMost"/> after the first. Taking the key ends the wait, since it answers all calls before.
    /// </summary>
    public void AddDebounced(TKey key, TimeSpan quiet, TimeSpan atMost, int priority = WorkPriority.Normal)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            var item = GetOrAdd(key);
            item.DebounceLimit = Math.Min(item.DebounceLimit, Ticks(atMost));
            item.DebounceDue = Math.Min(Ticks(quiet), item.DebounceLimit);
            item.DelayedPriority = Math.Max(item.DelayedPriority, priority);
            if (item.DebounceDue <= Ticks(TimeSpan.Zero))
            {
                AddLocked(item, item.DelayedPriority);
            }
            else
            {
                Schedule(item);
            }
        }
    }

    /// <summary>Puts a key in after a pause that doubles with every call since <see cref="Forget"/>.</summary>
    public void AddRateLimited(TKey key)
    {
        TimeSpan delay;
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            var item = GetOrAdd(key);
            var doubled = _options.FirstRetry * Math.Pow(2, Math.Min(item.Failures, 40));
            var pause = doubled < _options.LastRetry ? doubled : _options.LastRetry;
            item.Failures++;
            // Between half the pause and all of it, so that keys that failed together come back apart.
            delay = (pause / 2) + (pause / 2 * _random()) + _budget.Take();
        }

        _instruments?.Retried();
        AddAfter(key, delay);
    }

    /// <summary>Forgets how often a key failed.</summary>
    public void Forget(TKey key)
    {
        lock (_gate)
        {
            if (_items.TryGetValue(key, out var item))
            {
                item.Failures = 0;
                Sweep(item);
            }
        }
    }

    /// <summary>How often a key failed since it was last forgotten.</summary>
    public int Failures(TKey key)
    {
        lock (_gate)
        {
            return _items.TryGetValue(key, out var item) ? item.Failures : 0;
        }
    }

    /// <summary>Waits for a key. Whoever takes one must call <see cref="Done"/>.</summary>
    /// <exception cref="ChannelClosedException">The queue is completed.</exception>
    /// <exception cref="OperationCanceledException">The token fired; no key was taken.</exception>
    public ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        TaskCompletionSource<TKey> taker;
        lock (_gate)
        {
            if (_completed)
            {
                return ValueTask.FromException<TKey>(new ChannelClosedException());
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (TryTakeLocked(out var item))
            {
                return ValueTask.FromResult(item.Key);
            }

            taker = new TaskCompletionSource<TKey>(TaskCreationOptions.RunContinuationsAsynchronously);
            _takers.AddLast(taker);
        }

        return new ValueTask<TKey>(WaitAsync(taker, cancellationToken));
    }

    /// <summary>Gives a taken key back. It comes again when it was added meanwhile.</summary>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (!_items.TryGetValue(key, out var item) || !item.Processing)
            {
                return;
            }

            item.Processing = false;
            _instruments?.Worked(_time.GetElapsedTime(item.TakenAt));
            if (item.Dirty && !_completed)
            {
                item.Dirty = false;
                MakeReady(item, item.Priority);
            }
            else
            {
                Sweep(item);
            }
        }
    }

    /// <summary>Ends the queue: nothing more comes in or out; keys that are being worked on may be given back.</summary>
    public void Complete()
    {
        TaskCompletionSource<TKey>[] takers;
        lock (_gate)
        {
            _completed = true;
            takers = [.. _takers];
            _takers.Clear();
            _ready.Clear();
            _delayed.Clear();
            _depth = 0;
        }

        foreach (var taker in takers)
        {
            taker.TrySetException(new ChannelClosedException());
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Complete();
        _timer.Dispose();
    }

    private async Task<TKey> WaitAsync(TaskCompletionSource<TKey> taker, CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            state =>
            {
                lock (_gate)
                {
                    if (_takers.Remove((TaskCompletionSource<TKey>)state!))
                    {
                        ((TaskCompletionSource<TKey>)state!).SetCanceled(cancellationToken);
                    }
                }
            },
            taker
        );
        return await taker.Task;
    }

    private Item GetOrAdd(TKey key)
    {
        if (!_items.TryGetValue(key, out var item))
        {
            item = new Item(key);
            _items.Add(key, item);
        }

        return item;
    }

    private void AddLocked(Item item, int priority)
    {
        if (item.Processing)
        {
            if (!item.Dirty)
            {
                _instruments?.Added();
            }

            item.Dirty = true;
            item.Priority = Math.Max(item.Priority, priority);
            return;
        }

        if (item.Queued)
        {
            if (priority > item.Priority)
            {
                // The entry of the lower priority stays and is skipped when it comes up.
                item.Priority = priority;
                Enqueue(item);
            }

            return;
        }

        _instruments?.Added();
        MakeReady(item, priority);
    }

    private void MakeReady(Item item, int priority)
    {
        item.Queued = true;
        item.Priority = priority;
        item.AddedAt = _time.GetTimestamp();
        _depth++;
        Enqueue(item);
        while (_takers.First is { } first && TryTakeLocked(out var next))
        {
            _takers.RemoveFirst();
            first.Value.SetResult(next.Key);
        }
    }

    private void Enqueue(Item item)
    {
        item.Entry = ++_sequence;
        _ready.Enqueue(item, (-item.Priority, item.Entry));
    }

    private bool TryTakeLocked([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Item? item)
    {
        while (_ready.TryDequeue(out item, out var order))
        {
            if (!item.Queued || item.Entry != order.Sequence)
            {
                continue;
            }

            _depth--;
            item.Queued = false;
            item.Processing = true;
            item.Priority = int.MinValue;
            item.DebounceDue = long.MaxValue;
            item.DebounceLimit = long.MaxValue;
            item.TakenAt = _time.GetTimestamp();
            _instruments?.Taken(_time.GetElapsedTime(item.AddedAt));
            return true;
        }

        return false;
    }

    /// <summary>Sees to it that the heap has an entry that is not later than the item is due.</summary>
    private void Schedule(Item item)
    {
        var due = Math.Min(item.Due, item.DebounceDue);
        if (due >= item.HeapDue)
        {
            // A debounced item moved away: its entry comes up too early and is then put in again.
            return;
        }

        item.HeapDue = due;
        _delayed.Enqueue(item, due);
        SetTimer();
    }

    private void SetTimer()
    {
        if (_delayed.TryPeek(out _, out var due) && due < _timerDue)
        {
            _timerDue = due;
            // Timers count whole milliseconds: rounded up, or it would fire just before the item is due.
            var wait = Math.Ceiling(TimeSpan.FromTicks(due - Ticks(TimeSpan.Zero)).TotalMilliseconds);
            _timer.Change(TimeSpan.FromMilliseconds(Math.Clamp(wait, 0, int.MaxValue)), Timeout.InfiniteTimeSpan);
        }
    }

    private void FireDue()
    {
        lock (_gate)
        {
            _timerDue = long.MaxValue;
            var now = Ticks(TimeSpan.Zero);
            while (!_completed && _delayed.TryPeek(out var item, out var due) && due <= now)
            {
                _delayed.Dequeue();
                if (item.HeapDue != due)
                {
                    continue;
                }

                item.HeapDue = long.MaxValue;
                if (Math.Min(item.Due, item.DebounceDue) > now)
                {
                    Schedule(item);
                    Sweep(item);
                    continue;
                }

                item.Due = item.Due <= now ? long.MaxValue : item.Due;
                item.DebounceDue = long.MaxValue;
                item.DebounceLimit = long.MaxValue;
                var priority = item.DelayedPriority;
                if (item.Due == long.MaxValue)
                {
                    item.DelayedPriority = int.MinValue;
                }

                AddLocked(item, priority);
                Schedule(item);
            }

            SetTimer();
        }
    }

    private long Ticks(TimeSpan fromNow) => (_time.GetElapsedTime(0) + fromNow).Ticks;

    /// <summary>Drops what is known of a key about which there is nothing left to know.</summary>
    private void Sweep(Item item)
    {
        if (
            !item.Queued
            && !item.Processing
            && item.Failures == 0
            && item.Due == long.MaxValue
            && item.DebounceDue == long.MaxValue
            && item.HeapDue == long.MaxValue
        )
        {
            _items.Remove(item.Key);
        }
    }

    private (int Count, TimeSpan Longest, TimeSpan Sum) Running()
    {
        lock (_gate)
        {
            var longest = TimeSpan.Zero;
            var sum = TimeSpan.Zero;
            var count = 0;
            foreach (var item in _items.Values.Where(item => item.Processing))
            {
                var elapsed = _time.GetElapsedTime(item.TakenAt);
                longest = elapsed > longest ? elapsed : longest;
                sum += elapsed;
                count++;
            }

            return (count, longest, sum);
        }
    }

    private sealed class Item(TKey key)
    {
        public TKey Key { get; } = key;
        public bool Queued { get; set; }
        public bool Processing { get; set; }
        public bool Dirty { get; set; }
        public int Priority { get; set; } = int.MinValue;
        public int DelayedPriority { get; set; } = int.MinValue;
        public int Failures { get; set; }
        public long Entry { get; set; }
        public long Due { get; set; } = long.MaxValue;
        public long DebounceDue { get; set; } = long.MaxValue;
        public long DebounceLimit { get; set; } = long.MaxValue;
        public long HeapDue { get; set; } = long.MaxValue;
        public long AddedAt { get; set; }
        public long TakenAt { get; set; }
    }
}
