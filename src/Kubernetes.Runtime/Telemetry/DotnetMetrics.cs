using System.Diagnostics.Metrics;
using System.Globalization;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>
/// .NET's garbage collector, thread pool and locks. Not taken from .NET's own meter, some of whose names and types are
/// none that Prometheus' rules allow (<c>_count</c> gauges, a queue length that is a counter).
/// </summary>
public sealed class DotnetMetrics
{
    /// <summary>Makes the instruments; they live as long as the factory's meters.</summary>
    public DotnetMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Kubernetes.Runtime.Dotnet");
        meter.CreateObservableCounter(
            "dotnet_gc_collections_total",
            static () => Enumerable.Range(0, GC.MaxGeneration + 1).Select(Collections),
            unit: null,
            "Garbage collections by generation."
        );
        Counter("dotnet_gc_pause_seconds_total", "Time paused for the garbage collector.", Pause);
        Counter("dotnet_gc_allocated_bytes_total", "Memory allocated.", () => GC.GetTotalAllocatedBytes());
        Gauge("dotnet_gc_heap_size_bytes", "Managed memory in use.", () => GC.GetTotalMemory(false));
        Gauge(
            "dotnet_gc_committed_memory_bytes",
            "Memory held for the heap, as of the last collection.",
            () => GC.GetGCMemoryInfo().TotalCommittedBytes
        );
        Gauge("dotnet_threadpool_threads", "Threads of the pool.", () => ThreadPool.ThreadCount);
        Gauge(
            "dotnet_threadpool_queue_length",
            "Work that waits for a thread of the pool.",
            () => ThreadPool.PendingWorkItemCount
        );
        Counter(
            "dotnet_threadpool_completed_items_total",
            "Work done by the pool.",
            () => ThreadPool.CompletedWorkItemCount
        );
        Counter("dotnet_lock_contentions_total", "Waits for a lock.", () => Monitor.LockContentionCount);
        Gauge("dotnet_timers", "Timers that are set.", () => Timer.ActiveCount);

        void Counter(string name, string description, Func<double> read) =>
            meter.CreateObservableCounter(name, read, unit: null, description);

        void Gauge(string name, string description, Func<double> read) =>
            meter.CreateObservableGauge(name, read, unit: null, description);
    }

    private static double Pause() => GC.GetTotalPauseDuration().TotalSeconds;

    private static Measurement<long> Collections(int generation) =>
        new(
            GC.CollectionCount(generation),
            Instruments.Label("generation", generation.ToString(CultureInfo.InvariantCulture))
        );
}
