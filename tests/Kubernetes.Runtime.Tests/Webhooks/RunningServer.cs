using System.Net;
using Kubernetes.Models;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Telemetry;
using Kubernetes.Runtime.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Runtime.Tests.Webhooks;

/// <summary>A webhook server on a free port of loopback.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly CertificatePolicy Policy = new("test", [WebhookCaller.Host]);
    private readonly WebhookServer _server;

    private RunningServer(WebhookServer server) => _server = server;

    public int Port => _server.Endpoint.Port;

    /// <summary>One with a certificate of its own.</summary>
    public static async Task<(RunningServer Server, WebhookCaller Caller)> StartAsync(
        Func<AdmissionRequest, CancellationToken, Task<AdmissionVerdict>> handler,
        WebhookServerOptions? options = null,
        RuntimeMetrics? metrics = null,
        TimeProvider? clock = null
    )
    {
        var material = CertificateMaterial.New(Policy, TimeProvider.System.GetUtcNow());
        var serving = new ServingCertificate(metrics);
        serving.Set(material.Leaf);
        var server = await StartAsync(serving, handler, options, metrics, clock);
        return (server, new WebhookCaller(server.Port, () => material.Bundle, TimeProvider.System));
    }

    public static async Task<RunningServer> StartAsync(
        ServingCertificate serving,
        Func<AdmissionRequest, CancellationToken, Task<AdmissionVerdict>> handler,
        WebhookServerOptions? options = null,
        RuntimeMetrics? metrics = null,
        TimeProvider? clock = null
    )
    {
        var server = new WebhookServer(
            // Connections and reviews that are not about time have enough of it on a machine that is busy.
            (options ?? new WebhookServerOptions { Timeout = TimeSpan.FromMinutes(1) }) with
            {
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
            },
            serving,
            new Dictionary<string, IAdmissionHandler> { ["/validate"] = new Handler(handler) },
            clock ?? TimeProvider.System,
            NullLoggerFactory.Instance,
            metrics
        );
        await server.StartAsync(TestContext.Current.CancellationToken);
        return new RunningServer(server);
    }

    public Task StopAsync() => _server.StopAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class Handler(Func<AdmissionRequest, CancellationToken, Task<AdmissionVerdict>> handler)
        : IAdmissionHandler
    {
        public Task<AdmissionVerdict> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken) =>
            handler(request, cancellationToken);
    }
}
