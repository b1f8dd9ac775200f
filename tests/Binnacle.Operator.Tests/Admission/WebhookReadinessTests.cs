using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
    private readonly SetClock _clock = new();
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
        await UntilAsync(
            () =>
                Metrics()
                    .Contains(
                        "reflector_synced{group=\"admissionregistration.k8s.io\",kind=\"ValidatingWebhookConfiguration\"} 1"
                    ),
            "the configuration's watch is counted"
        );

        await stop.CancelAsync();
        await run.WaitAsync(Deadline);
    }

    [Fact]
    [Trait("Guarantee", "M22")]
    public async Task Not_ready_while_the_certificate_is_not_valid_by_the_clock()
    {
        var folder = Directory.CreateTempSubdirectory("binnacle-certificate-").FullName;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=webhooks", key, HashAlgorithmName.SHA256);
        var start = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
        using var certificate = request.CreateSelfSigned(start, start.AddDays(90));
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.crt"), certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(folder, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        _clock.Now = start.AddDays(1);
        using var stop = new CancellationTokenSource();
        var run = Operator(new IPEndPoint(IPAddress.Loopback, 0), folder).RunAsync(stop.Token);
        await UntilAsync(() => ReadyFails() is [], "the certificate was read");

        _clock.Now = start.AddSeconds(-1);
        Text()
            .ShouldContain(
                "[-]webhooks failed: the certificate is valid from 2026-03-01 00:00:00Z on; it is 2026-02-28 23:59:59Z here"
            );
        _clock.Now = start;
        ReadyFails().ShouldBeEmpty();
        _clock.Now = start.AddDays(90).AddSeconds(1);
        Text().ShouldContain("[-]webhooks failed: the certificate expired at 2026-05-30 00:00:00Z");

        await stop.CancelAsync();
        await run.WaitAsync(Deadline);
        Directory.Delete(folder, recursive: true);

        string Text() => _telemetry.Ready.Run().ToText("readyz", verbose: false);
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

    /// <summary>Its timers go as they should; only the time of day is what is said.</summary>
    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset? Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now ?? base.GetUtcNow();
    }

    private OperatorProcess Operator(IPEndPoint webhooks, string? certificates = null) =>
        new(
            _client,
            new OperatorOptions
            {
                Webhooks = new WebhookOptions
                {
                    Listen = webhooks,
                    Secret = Secret,
                    CertificateDirectory = certificates,
                },
            },
            _clock,
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
