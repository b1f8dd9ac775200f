using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>
/// The process under the names that all Prometheus clients give it (<c>process_cpu_seconds_total</c> …). Descriptors
/// and virtual memory are read from <c>/proc</c> and missing on other systems than Linux.
/// </summary>
/// <remarks>https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics</remarks>
public sealed class ProcessMetrics
{
    private const string Limits = "/proc/self/limits";

    /// <summary>Makes the instruments; they live as long as the factory's meters.</summary>
    public ProcessMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Kubernetes.Runtime.Process");
        meter.CreateObservableCounter(
            "process_cpu_seconds_total",
            () => Environment.CpuUsage.TotalTime.TotalSeconds,
            unit: null,
            "Processor time used, in seconds."
        );
        Gauge(meter, "process_resident_memory_bytes", "Memory in use.", () => Environment.WorkingSet);
        var started = StartTime();
        Gauge(meter, "process_start_time_seconds", "Start of the process, in seconds since 1970.", () => started);
        Gauge(meter, "process_open_fds", "Open file descriptors.", OpenDescriptors);
        Gauge(meter, "process_max_fds", "File descriptors that may be open.", () => Limit("Max open files"));
        Gauge(meter, "process_virtual_memory_bytes", "Address space in use.", VirtualMemory);
        Gauge(
            meter,
            "process_virtual_memory_max_bytes",
            "Address space that may be used; -1: no limit.",
            () => Limit("Max address space")
        );
    }

    private static void Gauge(Meter meter, string name, string description, Func<double?> read) =>
        meter.CreateObservableGauge(
            name,
            () => read() is { } value ? [new Measurement<double>(value)] : Array.Empty<Measurement<double>>(),
            unit: null,
            description
        );

    private static double StartTime()
    {
        using var self = Process.GetCurrentProcess();
        return (self.StartTime.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
    }

    private static double? OpenDescriptors() =>
        Directory.Exists("/proc/self/fd") ? Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() : null;

    private static double? VirtualMemory()
    {
        // The first number is the size of the address space in pages.
        const string File = "/proc/self/statm";
        return
            System.IO.File.Exists(File)
            && long.TryParse(
                System.IO.File.ReadAllText(File).Split(' ')[0],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var pages
            )
            ? (double)pages * Environment.SystemPageSize
            : null;
    }

    /// <summary>A soft limit, from a line like <c>Max open files  1024  4096  files</c>.</summary>
    private static double? Limit(string name)
    {
        if (!File.Exists(Limits))
        {
            return null;
        }

        var line = File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        var soft = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return soft == "unlimited" ? -1
            : double.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit
            : null;
    }
}
