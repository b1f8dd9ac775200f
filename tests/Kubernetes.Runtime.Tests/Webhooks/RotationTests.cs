using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Tests.Fakes;
using Kubernetes.Runtime.Webhooks;

namespace Kubernetes.Runtime.Tests.Webhooks;

/// <summary>Requests go on while certificates come and go: on new connections, and on one that stands all the time.</summary>
public sealed class RotationTests
{
    private static readonly ObjectKey Key = new("home", "hooks-tls");

    [Fact]
    [Trait("Guarantee", "V4")]
    public async Task No_request_fails_while_leaf_and_authority_are_renewed()
    {
        using var stop = new CancellationTokenSource();
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var server = new FakeApiServer();
        var policy = new CertificatePolicy("test", [WebhookCaller.Host]) { AuthorityLifetime = TimeSpan.FromDays(240) };
        var serving = new ServingCertificate();
        // Two replicas, of which we call one: whoever renews first, the other follows.
        var own = new CertificateSecret(server, Key, policy, serving, clock, new RecordingLogger());
        var other = new CertificateSecret(server, Key, policy, new ServingCertificate(), clock, new RecordingLogger());
        Task[] running = [own.RunAsync(stop.Token), other.RunAsync(stop.Token)];
        await Eventually.TrueAsync(
            () => serving.Current is not null && own.Bundle is not null,
            "there is a certificate"
        );

        await using var hooks = await RunningServer.StartAsync(
            serving,
            (_, _) => Task.FromResult(AdmissionVerdict.Allow)
        );
        var answered = 0L;
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        // API servers learn of a new bundle by a watch, some time after it is there.
        var known = own.Bundle!;
        var calling = Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => CallAsync(newConnections: true)).Append(CallAsync(newConnections: false))
        );

        var leaves = new HashSet<string> { serving.Current!.Thumbprint };
        var bundles = new HashSet<string> { Convert.ToBase64String(own.Bundle!) };
        for (var hour = 0; hour < 200 * 24; hour += 6)
        {
            clock.Advance(TimeSpan.FromHours(6));
            await SettleAsync();
            if (leaves.Add(serving.Current!.Thumbprint) | bundles.Add(Convert.ToBase64String(own.Bundle!)))
            {
                var before = Interlocked.Read(ref answered);
                await Eventually.TrueAsync(() => Interlocked.Read(ref answered) > before + 6, "requests are answered");
                known = own.Bundle!;
                await Eventually.TrueAsync(
                    () => Interlocked.Read(ref answered) > before + 12,
                    "requests are answered with the new bundle"
                );
            }
        }

        await stop.CancelAsync();
        await calling.InTime();
        await Task.WhenAll(running).InTime();
        failures.ShouldBeEmpty();
        leaves.Count.ShouldBeGreaterThan(3);
        bundles.Count.ShouldBeGreaterThanOrEqualTo(2);

        async Task CallAsync(bool newConnections)
        {
            using var standing = Caller();
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    using var fresh = newConnections ? Caller() : null;
                    (await (fresh ?? standing).ReviewAsync()).Allowed.ShouldBeTrue();
                    Interlocked.Increment(ref answered);
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                    return;
                }
            }
        }

        WebhookCaller Caller() => new(hooks.Port, () => known, clock);

        // Both replicas have done what this moment asks for: they wait for a later one.
        async Task SettleAsync()
        {
            var material = CertificateMaterial.Read((await server.GetAsync<Secret>(Key, default)).Data, out _);
            if (CertificatePlan.Next(material!, policy, clock.GetUtcNow()).Step != CertificateStep.Keep)
            {
                await Eventually.TrueAsync(
                    () =>
                    {
                        var now = CertificateMaterial.Read(server.All<Secret>().Single().Data, out _)!;
                        return CertificatePlan.Next(now, policy, clock.GetUtcNow()).Step == CertificateStep.Keep;
                    },
                    "the Secret is renewed"
                );
            }

            await Eventually.TrueAsync(
                () =>
                {
                    var now = CertificateMaterial.Read(server.All<Secret>().Single().Data, out _)!;
                    return serving.Current!.Thumbprint == now.Leaf.Thumbprint && own.Bundle!.SequenceEqual(now.Bundle);
                },
                "what is in the Secret is served"
            );
        }
    }

    [Fact]
    [Trait("Guarantee", "V4")]
    public async Task A_certificate_in_files_is_served_anew_when_they_change_and_kept_while_they_are_broken()
    {
        using var stop = new CancellationTokenSource();
        var clock = new ManualTimeProvider(TimeProvider.System.GetUtcNow());
        var folder = Directory.CreateTempSubdirectory("webhook-files-");
        var policy = new CertificatePolicy("test", [WebhookCaller.Host]);
        var first = CertificateMaterial.New(policy, clock.GetUtcNow());
        var second = first.WithNewLeaf(policy, clock.GetUtcNow());
        var serving = new ServingCertificate();
        var logger = new RecordingLogger();
        var files = new CertificateFiles(folder.FullName, serving, clock, logger);
        var running = files.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => !logger.Lines.IsEmpty, "that there are no files is told");

        Write(first, "tls.crt");
        Write(first, "tls.key");
        await NextAsync(() => serving.Current?.Thumbprint == first.Leaf.Thumbprint, "the first is served");
        Write(second, "tls.key");
        await NextAsync(() => logger.Lines.Any(line => line.Message.Contains("no pair")), "half a pair is told");
        serving.Current!.Thumbprint.ShouldBe(first.Leaf.Thumbprint);
        Write(second, "tls.crt");
        await NextAsync(() => serving.Current?.Thumbprint == second.Leaf.Thumbprint, "the second is served");

        await stop.CancelAsync();
        await running.InTime();
        folder.Delete(recursive: true);

        void Write(CertificateMaterial material, string file) =>
            File.WriteAllBytes(Path.Combine(folder.FullName, file), material.ToData()[file]);

        Task NextAsync(Func<bool> condition, string what) =>
            Eventually.TrueAsync(
                () =>
                {
                    clock.Advance(TimeSpan.FromSeconds(10));
                    return condition();
                },
                what
            );
    }
}
