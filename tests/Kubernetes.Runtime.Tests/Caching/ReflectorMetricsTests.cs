using System.Diagnostics.Metrics;
using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Telemetry;
using Kubernetes.Runtime.Telemetry.Collection;
using Kubernetes.Runtime.Telemetry.Exposition;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

public sealed class ReflectorMetricsTests
{
    [Fact]
    [Trait("Guarantee", "W29")]
    public async Task Lists_watches_events_and_failures_of_a_kind_are_counted()
    {
        var counted = new Dictionary<string, double>();
        using var meters = new Meters();
        using var metrics = new RuntimeMetrics(meters);
        using var listener = Listen(counted, meters);
        var server = new FakeApiServer();
        var time = new ManualTimeProvider();
        var store = new Store<ConfigMap>();
        var reflector = new Reflector<ConfigMap>(
            server,
            store,
            new ReflectorOptions<ConfigMap>(),
            time,
            NullLogger.Instance,
            metrics
        );
        Read("reflector_synced").ShouldBe(0);
        var failing = true;
        server.Fault = request => failing && request.Verb == "list" ? Errors.Forbidden() : null;
        using var stop = new CancellationTokenSource();
        var running = reflector.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => time.PendingTimers == 1, "the list fails");
        failing = false;
        await time.AdvanceUntilAsync(() => server.OpenWatches == 1, TimeSpan.FromMinutes(1));
        time.Advance(TimeSpan.FromMinutes(1));

        server.Put(ConfigMap("a"));
        await Eventually.TrueAsync(() => store.Count == 1, "it arrives");
        server.CutWatches(Errors.Expired("too old"));
        await Eventually.TrueAsync(() => server.OpenWatches == 1, "it watches again");
        server.CutWatches();
        await Eventually.TrueAsync(() => time.PendingTimers == 1, "it waits");
        Read("reflector_lists_total").ShouldBe(2);
        Read("reflector_list_failures_total").ShouldBe(1);
        Read("reflector_list_duration_seconds").ShouldBe(2);
        Read("reflector_watches_total").ShouldBe(2);
        Read("reflector_watch_failures_total").ShouldBe(2);
        Read("reflector_short_watches_total").ShouldBe(1);
        Read("reflector_watch_events_total").ShouldBe(1);
        Read("reflector_store_objects").ShouldBe(1);
        Read("reflector_synced").ShouldBe(1);

        await stop.CancelAsync();
        await running.InTime();
        // What has ended is not shown, and not kept.
        Should.Throw<KeyNotFoundException>(() => Read("reflector_store_objects"));
        Should.Throw<KeyNotFoundException>(() => Read("reflector_synced"));

        double Read(string name)
        {
            foreach (var gauge in new[] { "reflector_store_objects", "reflector_synced" })
            {
                counted.Remove(gauge);
            }

            listener.RecordObservableInstruments();
            return counted[name];
        }
    }

    /// <summary>As where one follows all ConfigMaps of ours and another a single one: series have no other labels.</summary>
    [Fact]
    [Trait("Guarantee", "W29")]
    public void Several_caches_of_a_kind_are_shown_as_one()
    {
        using var collector = new MetricsCollector(TimeProvider.System);
        using var metrics = new RuntimeMetrics(collector);
        var many = metrics.ForCache("", "ConfigMap", () => 7);
        var one = metrics.ForCache("", "ConfigMap", () => 1);
        metrics.ForCache("apps", "Deployment", () => 2).Listed(TimeSpan.Zero);
        many.Listed(TimeSpan.FromSeconds(1));

        Shown()
            .ShouldBe([
                """reflector_store_objects{group="apps",kind="Deployment"} 2""",
                """reflector_store_objects{kind="ConfigMap"} 8""",
                """reflector_synced{group="apps",kind="Deployment"} 1""",
                """reflector_synced{kind="ConfigMap"} 0""",
            ]);
        one.Listed(TimeSpan.FromSeconds(1));
        Shown().ShouldContain("""reflector_synced{kind="ConfigMap"} 1""");

        IEnumerable<string> Shown() =>
            ExpositionWriter
                .Write(collector.Collect(), ExpositionFormat.Negotiate(""))
                .Split('\n')
                .Where(line =>
                    line.StartsWith("reflector_store_objects{", StringComparison.Ordinal)
                    || line.StartsWith("reflector_synced{", StringComparison.Ordinal)
                )
                .Order(StringComparer.Ordinal);
    }

    /// <summary>Sums of what is counted with this kind's labels; of a histogram, how many values.</summary>
    private static MeterListener Listen(Dictionary<string, double> counted, Meters meters)
    {
        var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, it) =>
        {
            // Other tests have meters of their own at the same time.
            if (instrument.Meter.Scope == meters && instrument.Name.StartsWith("reflector_", StringComparison.Ordinal))
            {
                it.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument, 1, tags));
        listener.Start();
        return listener;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            tags.ToArray().ShouldContain(new KeyValuePair<string, object?>("kind", "ConfigMap"));
            lock (counted)
            {
                counted[instrument.Name] = counted.GetValueOrDefault(instrument.Name) + value;
            }
        }
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options.Name, options.Version, options.Tags, scope: this);

        public void Dispose() { }
    }
}
