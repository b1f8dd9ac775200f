using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>The instruments of all reflectors and their caches.</summary>
internal sealed class CacheMetrics
{
    private readonly ConcurrentDictionary<CacheInstruments, bool> _caches = new();

    public CacheMetrics(Meter meter)
    {
        Lists = meter.Counter("reflector_lists_total", "Lists that were begun.");
        ListFailures = meter.Counter("reflector_list_failures_total", "Lists that failed, also because of their age.");
        ListDuration = meter.Durations("reflector_list_duration_seconds", "How long whole lists took, all pages.");
        Watches = meter.Counter("reflector_watches_total", "Watches that were begun.");
        WatchFailures = meter.Counter(
            "reflector_watch_failures_total",
            "Watches that could not begin, were cut, or were told that their version is too old."
        );
        ShortWatches = meter.Counter(
            "reflector_short_watches_total",
            "Watches that the server closed at once, without an event."
        );
        WatchEvents = meter.Counter("reflector_watch_events_total", "Events that came over watches.");
        meter.CreateObservableGauge(
            "reflector_store_objects",
            () => PerKind(caches => caches.Sum(cache => (long)cache.Objects())),
            unit: null,
            "Objects in the caches of the kind."
        );
        meter.CreateObservableGauge(
            "reflector_synced",
            () => PerKind(caches => caches.All(cache => cache.Synced) ? 1 : 0),
            unit: null,
            "1 once every cache of the kind holds a whole list."
        );
    }

    public Counter<long> Lists { get; }
    public Counter<long> ListFailures { get; }
    public Histogram<double> ListDuration { get; }
    public Counter<long> Watches { get; }
    public Counter<long> WatchFailures { get; }
    public Counter<long> ShortWatches { get; }
    public Counter<long> WatchEvents { get; }

    public CacheInstruments Add(string group, string kind, Func<int> objects)
    {
        var cache = new CacheInstruments(this, group, kind, objects);
        _caches.TryAdd(cache, true);
        return cache;
    }

    public void Remove(CacheInstruments cache) => _caches.TryRemove(cache, out _);

    /// <summary>A kind may have several: one follows all of it, another a single object.</summary>
    private IEnumerable<Measurement<long>> PerKind(Func<IEnumerable<CacheInstruments>, long> value) =>
        _caches
            .Keys.GroupBy(cache => (cache.Group, cache.Kind))
            .Select(caches => new Measurement<long>(value(caches), caches.First().Tags));
}

/// <summary>The cache instruments with one kind's labels.</summary>
internal sealed class CacheInstruments
{
    private readonly CacheMetrics _metrics;

    public CacheInstruments(CacheMetrics metrics, string group, string kind, Func<int> objects)
    {
        _metrics = metrics;
        (Group, Kind) = (group, kind);
        Tags = [Instruments.Label("group", group), Instruments.Label("kind", kind)];
        Objects = objects;
        metrics.Lists.Add(0, Tags);
        metrics.ListFailures.Add(0, Tags);
        metrics.ListDuration.Begin(Tags);
        metrics.Watches.Add(0, Tags);
        metrics.WatchFailures.Add(0, Tags);
        metrics.ShortWatches.Add(0, Tags);
        metrics.WatchEvents.Add(0, Tags);
    }

    public string Group { get; }

    public string Kind { get; }

    public KeyValuePair<string, object?>[] Tags { get; }

    public Func<int> Objects { get; }

    public bool Synced { get; private set; }

    public void ListBegan() => _metrics.Lists.Add(1, Tags);

    public void Listed(TimeSpan took)
    {
        Synced = true;
        _metrics.ListDuration.Record(took.TotalSeconds, Tags);
    }

    public void WatchBegan() => _metrics.Watches.Add(1, Tags);

    public void Failed(bool whileWatching) =>
        (whileWatching ? _metrics.WatchFailures : _metrics.ListFailures).Add(1, Tags);

    public void WatchWasShort() => _metrics.ShortWatches.Add(1, Tags);

    public void EventCame() => _metrics.WatchEvents.Add(1, Tags);

    /// <summary>There is no cache any more: it is neither shown nor held.</summary>
    public void Ended() => _metrics.Remove(this);
}
