using Kubernetes.Models;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Runtime.Caching;

/// <summary>
/// The objects of one kind as the server had them a moment ago, with indexes. Reads and writes are safe from any
/// thread; objects are shared and must not be changed. A <see cref="Reflector{T}"/> writes it.
/// </summary>
/// <typeparam name="T">The kind.</typeparam>
/// <param name="logger">Where faults of subscribers and index functions are told.</param>
public sealed class Store<T>(ILogger? logger = null)
    where T : KubernetesObject
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Lock _gate = new();
    private readonly SnapshotBag<T> _objects = new();
    private readonly Dictionary<string, StoreIndex<T>> _indexes = new(StringComparer.Ordinal);
    private readonly Queue<Delivery> _undelivered = new();
    private Subscription[] _subscriptions = [];
    private bool _delivering;

    /// <summary>How many objects there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _objects.Count;
            }
        }
    }

    /// <summary>The object of that name; null when there is none.</summary>
    public T? Find(ObjectKey key)
    {
        lock (_gate)
        {
            return _objects.TryGet(key, out var value) ? value : null;
        }
    }

    /// <summary>All objects in no particular order: an immutable snapshot that is cheap to take.</summary>
    public IReadOnlyCollection<T> List()
    {
        lock (_gate)
        {
            return _objects.Snapshot();
        }
    }

    /// <summary>
    /// Adds an index over what is stored and will be. <paramref name="values"/> must depend on the object alone, and
    /// be cheap: it runs inside the store's lock. An object for which it throws is in no bucket of the index.
    /// </summary>
    /// <exception cref="ArgumentException">There is an index of that name.</exception>
    public void AddIndex(string name, Func<T, IEnumerable<string>> values)
    {
        lock (_gate)
        {
            if (_indexes.ContainsKey(name))
            {
                throw new ArgumentException($"The store has an index '{name}' already.", nameof(name));
            }

            var index = new StoreIndex<T>(name, values, _logger);
            foreach (var value in _objects.Snapshot())
            {
                index.Add(value.Key, value);
            }

            _indexes.Add(name, index);
        }
    }

    /// <summary>The objects that an index has under <paramref name="value"/>: an immutable snapshot.</summary>
    /// <exception cref="ArgumentException">There is no index of that name.</exception>
    public IReadOnlyCollection<T> ByIndex(string name, string value)
    {
        lock (_gate)
        {
            return _indexes.TryGetValue(name, out var index)
                ? index.Find(value)
                : throw new ArgumentException($"The store has no index '{name}'.", nameof(name));
        }
    }

    /// <summary>
    /// Calls <paramref name="handler"/> for every object that is there (as <see cref="StoreChange{T}.Initial"/>), then
    /// for every change, in order, one at a time, outside all locks, on the thread that made a change. A handler that
    /// throws is logged and goes on to be called. It must not wait for another change of the same store.
    /// </summary>
    /// <returns>Dispose it to be called no more.</returns>
    public IDisposable Subscribe(Action<StoreChange<T>> handler)
    {
        var subscription = new Subscription(this, handler);
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions, subscription];
            foreach (var value in _objects.Snapshot())
            {
                var change = new StoreChange<T>(value.Key, Old: null, value, Initial: true);
                _undelivered.Enqueue(new Delivery([subscription], change));
            }
        }

        Deliver();
        return subscription;
    }

    /// <summary>
    /// Stores an object. An object of the same name and another uid is told as gone first. Nothing happens when the
    /// stored object has the same uid and resourceVersion.
    /// </summary>
    public void Set(T value)
    {
        lock (_gate)
        {
            SetLocked(value, initial: false);
        }

        Deliver();
    }

    /// <summary>Removes an object, if it is there.</summary>
    public void Remove(ObjectKey key)
    {
        lock (_gate)
        {
            RemoveLocked(key, initial: false);
        }

        Deliver();
    }

    /// <summary>
    /// Makes the store hold exactly <paramref name="objects"/>, in one step for readers. Objects of an unchanged uid
    /// and resourceVersion stay the same instances and are not told of.
    /// </summary>
    /// <param name="objects">One per key.</param>
    /// <param name="initial">Whether the changes are told as <see cref="StoreChange{T}.Initial"/>.</param>
    public void Replace(IReadOnlyCollection<T> objects, bool initial)
    {
        lock (_gate)
        {
            var wanted = new HashSet<ObjectKey>(objects.Count);
            foreach (var value in objects)
            {
                wanted.Add(value.Key);
            }

            foreach (var key in _objects.Keys.Where(key => !wanted.Contains(key)).ToArray())
            {
                RemoveLocked(key, initial);
            }

            foreach (var value in objects)
            {
                SetLocked(value, initial);
            }
        }

        Deliver();
    }

    private void SetLocked(T value, bool initial)
    {
        var key = value.Key;
        _objects.TryGet(key, out var old);
        if (old is not null)
        {
            if (ReferenceEquals(old, value) || ResourceVersions.AreSame(old.Metadata, value.Metadata))
            {
                return;
            }

            if (old.Metadata.Uid != value.Metadata.Uid)
            {
                RemoveLocked(key, initial);
                old = null;
            }
        }

        _objects.Set(key, value);
        foreach (var index in _indexes.Values)
        {
            index.Change(key, old, value);
        }

        Enqueue(new StoreChange<T>(key, old, value, initial));
    }

    private void RemoveLocked(ObjectKey key, bool initial)
    {
        if (!_objects.TryGet(key, out var old))
        {
            return;
        }

        _objects.Remove(key);
        foreach (var index in _indexes.Values)
        {
            index.Change(key, old, value: null);
        }

        Enqueue(new StoreChange<T>(key, old, New: null, initial));
    }

    private void Enqueue(StoreChange<T> change)
    {
        if (_subscriptions.Length > 0)
        {
            _undelivered.Enqueue(new Delivery(_subscriptions, change));
        }
    }

    /// <summary>
    /// One thread at a time delivers, in the order in which changes were made; a second one leaves its changes to the
    /// first, so that handlers neither overlap nor run inside the lock.
    /// </summary>
    private void Deliver()
    {
        lock (_gate)
        {
            if (_delivering)
            {
                return;
            }

            _delivering = true;
        }

        while (true)
        {
            Delivery next;
            lock (_gate)
            {
                if (!_undelivered.TryDequeue(out next))
                {
                    _delivering = false;
                    return;
                }
            }

            foreach (var subscription in next.To)
            {
                subscription.Tell(next.Change);
            }
        }
    }

    private void Unsubscribe(Subscription subscription)
    {
        lock (_gate)
        {
            _subscriptions = [.. _subscriptions.Where(other => other != subscription)];
        }
    }

    private readonly record struct Delivery(Subscription[] To, StoreChange<T> Change);

    private sealed class Subscription(Store<T> store, Action<StoreChange<T>> handler) : IDisposable
    {
        private volatile bool _disposed;

        public void Tell(StoreChange<T> change)
        {
            if (_disposed)
            {
                return;
            }

            try
            {
                handler(change);
            }
            catch (Exception e)
            {
                store._logger.LogError(
                    e,
                    "A subscriber failed on a change of {Kind} {Key}",
                    typeof(T).Name,
                    change.Key
                );
            }
        }

        public void Dispose()
        {
            _disposed = true;
            store.Unsubscribe(this);
        }
    }
}
