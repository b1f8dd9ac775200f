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
    private readonly QueueInstruments? _instruments;
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, WorkItem<TKey>> _items = [];
    private readonly ReadyKeys<TKey> _ready = new();
    private readonly Takers<TKey> _takers;
    private readonly Alarms<TKey> _alarms;
    private readonly RetryPause _pause;
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
        _takers = new Takers<TKey>(_gate);
        _pause = new RetryPause(options ?? new WorkQueueOptions(), time, random);
        _alarms = new Alarms<TKey>(time, AddDue);
        _instruments = metrics?.ForQueue(name, () => Depth, Running);
    }

    /// <summary>How many keys wait to be taken; those with a delay do not count until they are due.</summary>
    public int Depth
    {
        get
        {
            lock (_gate)
            {
                return _ready.Count;
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
        lock (_gate)
        {
            if (!_completed)
            {
                AddAfterLocked(GetOrAdd(key), delay, priority);
            }
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
            item.Debounce(_alarms.At(quiet), _alarms.At(atMost), priority);
            if (item.DebounceDue <= _alarms.At(TimeSpan.Zero))
            {
                AddLocked(item, item.DelayedPriority);
            }
            else
            {
                _alarms.Set(item);
            }
        }
    }

    /// <summary>
    /// Puts a key in after a pause that doubles with every call since <see cref="Forget"/>, with the priority with which
    /// it was taken: what failed at start must not keep a user waiting when it is tried again.
    /// </summary>
    public void AddRateLimited(TKey key)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            var item = GetOrAdd(key);
            var pause = _pause.Next(item.Failures);
            item.Failures++;
            _instruments?.Retried();
            AddAfterLocked(item, pause, item.Processing ? item.TakenPriority : WorkPriority.Normal);
        }
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
            if (TryTakeLocked() is { } item)
            {
                return ValueTask.FromResult(item.Key);
            }

            taker = _takers.Add();
        }

        return new ValueTask<TKey>(_takers.WaitAsync(taker, cancellationToken));
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
        lock (_gate)
        {
            _completed = true;
            _takers.Refuse();
            _ready.Clear();
            _alarms.Clear();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Complete();
        _alarms.Dispose();
        _instruments?.Ended();
    }

    private WorkItem<TKey> GetOrAdd(TKey key)
    {
        if (!_items.TryGetValue(key, out var item))
        {
            item = new WorkItem<TKey>(key);
            _items.Add(key, item);
        }

        return item;
    }

    private void AddAfterLocked(WorkItem<TKey> item, TimeSpan delay, int priority)
    {
        if (delay <= TimeSpan.Zero)
        {
            AddLocked(item, priority);
            return;
        }

        item.Delay(_alarms.At(delay), priority);
        _alarms.Set(item);
    }

    private void AddLocked(WorkItem<TKey> item, int priority)
    {
        if (item.Processing)
        {
            if (!item.Dirty)
            {
                _instruments?.Added();
            }

            item.Dirty = true;
            item.Priority = Math.Max(item.Priority, priority);
        }
        else if (!item.Queued)
        {
            _instruments?.Added();
            MakeReady(item, priority);
        }
        else if (priority > item.Priority)
        {
            _ready.Raise(item, priority);
        }
    }

    private void MakeReady(WorkItem<TKey> item, int priority)
    {
        _ready.Add(item, priority, _time.GetTimestamp());
        while (!_takers.IsEmpty && TryTakeLocked() is { } next)
        {
            _takers.Serve(next.Key);
        }
    }

    private WorkItem<TKey>? TryTakeLocked()
    {
        if (!_ready.TryTake(out var item))
        {
            return null;
        }

        item.Processing = true;
        item.TakenPriority = item.Priority;
        item.Priority = int.MinValue;
        item.EndDebounce();
        item.TakenAt = _time.GetTimestamp();
        _instruments?.Taken(_time.GetElapsedTime(item.AddedAt));
        return item;
    }

    private void AddDue()
    {
        lock (_gate)
        {
            if (!_completed)
            {
                _alarms.Ring(AddIfDue);
            }
        }
    }

    private void AddIfDue(WorkItem<TKey> item, long now)
    {
        if (item.NextDue <= now)
        {
            AddLocked(item, item.TakeDue(now));
        }

        _alarms.Set(item);
        Sweep(item);
    }

    /// <summary>Drops what is known of a key about which there is nothing left to know.</summary>
    private void Sweep(WorkItem<TKey> item)
    {
        if (item.IsForgettable)
        {
            _items.Remove(item.Key);
        }
    }

    private (int Count, TimeSpan Longest, TimeSpan Sum) Running()
    {
        lock (_gate)
        {
            var elapsed = _items
                .Values.Where(item => item.Processing)
                .Select(item => _time.GetElapsedTime(item.TakenAt))
                .ToList();
            return (
                elapsed.Count,
                elapsed.DefaultIfEmpty().Max(),
                elapsed.Aggregate(TimeSpan.Zero, (sum, next) => sum + next)
            );
        }
    }
}
