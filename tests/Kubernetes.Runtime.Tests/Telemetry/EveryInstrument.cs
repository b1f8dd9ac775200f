using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;
using Kubernetes.Runtime.Telemetry.Collection;

namespace Kubernetes.Runtime.Tests.Telemetry;

/// <summary>All instruments there are, each with at least one series.</summary>
internal sealed class EveryInstrument : IDisposable
{
    private readonly KubernetesClient _client;

    private EveryInstrument()
    {
        Collector = new MetricsCollector(TimeProvider.System);
        _ = new ProcessMetrics(Collector);
        _ = new DotnetMetrics(Collector);
        var metrics = new RuntimeMetrics(Collector);
        metrics.ForQueue("test", () => 0, () => (0, TimeSpan.Zero, TimeSpan.Zero));
        metrics.ForController("test", 4);
        metrics.ForCache("example.io", "Widget", () => 0);
        metrics.ForWebhook("/validate-widgets");
        metrics.ForCertificate("serving").Read(DateTimeOffset.UnixEpoch.AddYears(60));
        metrics.ForLeaderElection("widget-operator");
        _client = new KubernetesClient(
            // Nothing listens there.
            new KubernetesClientConfiguration { Server = new Uri("http://user:s3cr3t@127.0.0.1:1/base?token=s3cr3t") },
            metrics: new ClientMetrics(Collector)
        );
    }

    public MetricsCollector Collector { get; }

    public static async Task<EveryInstrument> MakeAsync()
    {
        var every = new EveryInstrument();
        await Should.ThrowAsync<KubernetesApiException>(
            every._client.GetAsync<ConfigMap>(new ObjectKey("ns", "name"), CancellationToken.None)
        );
        return every;
    }

    public void Dispose()
    {
        _client.Dispose();
        Collector.Dispose();
    }
}
