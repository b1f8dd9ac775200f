using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Kubernetes.Client;
using Kubernetes.Runtime.Telemetry;
using Kubernetes.Runtime.Telemetry.Collection;

namespace Binnacle.Operator.Telemetry;

/// <summary>What one operator process measures of itself and is asked about.</summary>
public sealed class OperatorTelemetry : IDisposable
{
    /// <summary>Starts to collect; make it first.</summary>
    public OperatorTelemetry(TimeProvider clock)
    {
        Metrics = new MetricsCollector(clock);
        _ = new ProcessMetrics(Metrics);
        _ = new DotnetMetrics(Metrics);
        Client = new ClientMetrics(Metrics);
        Runtime = new RuntimeMetrics(Metrics);
        var meter = Metrics.Create("Binnacle.Operator");
        BuildInfo(meter, Build);
        Refusals = new RefusalMetrics(meter);
        Live.Add("ping", () => null);
        Ready.Add("ping", () => null);
    }

    /// <summary>Which build this is.</summary>
    public BuildVersion Build { get; } = BuildVersion.Read();

    /// <summary>Everything measured.</summary>
    public MetricsCollector Metrics { get; }

    /// <summary>Requests to the API server.</summary>
    public ClientMetrics Client { get; }

    /// <summary>Queues, controllers, caches and the like.</summary>
    public RuntimeMetrics Runtime { get; }

    /// <summary>What components refused.</summary>
    public RefusalMetrics Refusals { get; }

    /// <summary>Behind <c>/livez</c>: while one fails for long, the process is to be started anew.</summary>
    public HealthChecks Live { get; } = new();

    /// <summary>Behind <c>/readyz</c>: while one fails, the process gets no traffic.</summary>
    public HealthChecks Ready { get; } = new();

    /// <inheritdoc />
    public void Dispose()
    {
        Runtime.Dispose();
        Metrics.Dispose();
    }

    private static void BuildInfo(Meter meter, BuildVersion build)
    {
        KeyValuePair<string, object?>[] labels =
        [
            new("version", build.Version),
            new("revision", build.Revision),
            new("dotnet_version", Environment.Version.ToString()),
            new("os", RuntimeInformation.RuntimeIdentifier),
        ];
        meter.CreateObservableGauge(
            "binnacle_build_info",
            () => new Measurement<long>(1, labels),
            unit: null,
            "Always 1; which build this is."
        );
    }
}
