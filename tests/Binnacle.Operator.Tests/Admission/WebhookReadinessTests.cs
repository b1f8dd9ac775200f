using System.Net;
using System.Net.Sockets;
using Binnacle.Operator.Admission;
using Binnacle.Operator.Telemetry;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry.Exposition;
using LocalCluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace Binnacle.Operator.Tests.Admission;

/// <summary>An operator that serves webhooks, in a cluster without a single resource.</summary>
public sealed class WebhookReadinessTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);
    private static readonly ObjectKey Secret = new("binnacle-system", "binnacle-webhooks-tls");

    private readonly OperatorTelemetry _telemetry = new(TimeProvider.System);
    private LocalClusterHost _cluster = null!;
    private KubernetesClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await LocalClusterHost.StartAsync(new LocalClusterOptions(), default);
        _client = new KubernetesClient(KubernetesClientConfiguration.Load(_cluster.KubeconfigPath));
        await InstalledKinds.InstallAsync(_client, default);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _telemetry.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    [Trait("Guarantee", "M22")]
    public async Task Ready_only_when_the_caches_are_full_and_there_is_a_certificate()
    {
        _telemetry.Ready.Run().IsHealthy.ShouldBeTrue("nothing but ping is asked yet");
        using var stop = new CancellationTokenSource();
        var process = Operator(new IPEndPoint(IPAddress.Loopback, 0));
        ReadyFails().ShouldBe(["informer-sync", "webhooks"]);

        var run = process.RunAsync(stop.Token);
        // The namespace of the Secret is not there.
        await UntilAsync(() => ReadyFails() is ["webhooks"], "the caches are full");
        _telemetry.Ready.Run().ToText("readyz", verbose: false).ShouldContain("there is no certificate yet");

        await _client.CreateAsync(
            new Namespace { Metadata = new ObjectMeta { Name = Secret.Namespace } },
            new WriteOptions(),
            default
        );
        await UntilAsync(() => ReadyFails() is [], "there is a certificate");

        // What it tells of its certificates is counted as all other Events are.
        var broken = Patch.Merge("""{"data": {"tls.crt": "bm9uZQ=="}}"""u8.ToArray());
        await _client.PatchAsync<Secret>(Secret, broken, new WriteOptions(), default);
        await UntilAsync(
            () => Metrics().Contains("event_recorder_emitted_total 1"),
            "an Event about the Secret is counted"
        );
        ReadyFails().ShouldBeEmpty("what is served is served on");

        await stop.CancelAsync();
        await run.WaitAsync(Deadline);
    }

    [Fact]
    [Trait("Guarantee", "M23")]
    public async Task An_address_that_is_taken_ends_it_in_words()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var address = (IPEndPoint)taken.LocalEndpoint;

        var problem = await Should.ThrowAsync<CannotListenException>(() =>
            Operator(address).RunAsync(default).WaitAsync(Deadline)
        );

        problem.Message.ShouldStartWith($"Cannot listen on {address} (--webhook-listen): ");
    }

    private OperatorProcess Operator(IPEndPoint webhooks) =>
        new(
            _client,
            new OperatorOptions
            {
                Webhooks = new WebhookOptions { Listen = webhooks, Secret = Secret },
            },
            TimeProvider.System,
            NullLoggerFactory.Instance,
            _telemetry
        );

    private string[] ReadyFails() =>
        [.. _telemetry.Ready.Run().Results.Where(result => result.Problem is not null).Select(result => result.Name)];

    private string[] Metrics() =>
        ExpositionWriter.Write(_telemetry.Metrics.Collect(), ExpositionFormat.Negotiate("")).Split('\n');

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(Deadline, what);
            await Task.Delay(100);
        }
    }
}
