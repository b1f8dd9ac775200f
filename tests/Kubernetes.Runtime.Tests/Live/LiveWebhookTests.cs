using System.Text;
using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Tests.Fakes;
using Kubernetes.Runtime.Webhooks;

namespace Kubernetes.Runtime.Tests.Live;

/// <summary>The Secret of certificates and the webhook configuration, where the server is a real one or ours.</summary>
public sealed class LiveWebhookTests(LiveServers servers) : IClassFixture<LiveServers>
{
    private static readonly WriteOptions Write = new() { FieldManager = "installer" };

    public static TheoryData<string> Servers => LiveServers.All;

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "V5")]
    public async Task Replicas_that_start_together_end_with_the_same_certificates(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var replicas = Enumerable.Range(0, 6).Select(_ => new Replica(server)).ToList();
        await Task.WhenAll(replicas.Select(replica => replica.Secret.ReconcileAsync(server.Token)));
        replicas.Select(replica => replica.Serving.Current!.Thumbprint).Distinct().ShouldHaveSingleItem();
        replicas.Select(replica => Convert.ToBase64String(replica.Secret.Bundle!)).Distinct().ShouldHaveSingleItem();

        var secret = await server.Client.GetAsync<Secret>(server.Key("hooks-tls"), server.Token);
        secret.Type.ShouldBe("kubernetes.io/tls");
        secret.Data!.Keys.Order(StringComparer.Ordinal).ShouldBe(["ca.crt", "ca.key", "tls.crt", "tls.key"]);
        // A replica that comes later writes nothing.
        await new Replica(server).Secret.ReconcileAsync(server.Token);
        var after = await server.Client.GetAsync<Secret>(server.Key("hooks-tls"), server.Token);
        after.Metadata.ResourceVersion.ShouldBe(secret.Metadata.ResourceVersion);
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "V6")]
    public async Task What_somebody_does_to_the_Secret_is_undone_without_another_authority(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var replica = new Replica(server);
        await using var running = replica.Run();
        await Eventually.TrueAsync(() => replica.Secret.Bundle is not null, "there are certificates");
        var bundle = replica.Secret.Bundle!;

        await server.Client.DeleteAsync<Secret>(server.Key("hooks-tls"), new DeleteRequest(), server.Token);
        await HoldsAsync("a deleted Secret is written again");

        foreach (
            var patch in new[]
            {
                """{"data":{"tls.key":""}}""",
                """{"data":{"ca.crt":"bm9uc2Vuc2U="}}""",
                """{"data":{"tls.crt":"bm9uc2Vuc2U=","note":"b3Vycw=="},"immutable":true}""",
            }
        )
        {
            await server.Client.PatchAsync<Secret>(
                server.Key("hooks-tls"),
                Patch.Merge(Encoding.UTF8.GetBytes(patch)),
                Write,
                server.Token
            );
            await HoldsAsync(patch);
        }

        replica.Logger.Lines.ShouldContain(line =>
            line.Message.Contains("was replaced: there is no tls.key", StringComparison.Ordinal)
        );
        replica.Logger.Lines.ShouldNotContain(line => line.Message.Contains("BEGIN", StringComparison.Ordinal));

        Task HoldsAsync(string what) =>
            LiveServer.UntilAsync(
                async () =>
                    await server.Client.FindAsync<Secret>(server.Key("hooks-tls"), server.Token) is { Data: { } data }
                    && CertificateMaterial.Read(data, out _) is { } material
                    && material.Bundle.SequenceEqual(bundle),
                what
            );
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "V6")]
    public async Task Foreign_content_that_was_there_first_is_replaced(string name)
    {
        await using var server = await servers.OpenAsync(name);
        await server.ApplyAsync(
            """
            apiVersion: v1
            kind: Secret
            metadata: {name: hooks-tls, namespace: NS}
            stringData: {tls.crt: foreign, tls.key: foreign, more: kept}
            """
        );
        var replica = new Replica(server);
        await replica.Secret.ReconcileAsync(server.Token);
        var secret = await server.Client.GetAsync<Secret>(server.Key("hooks-tls"), server.Token);
        CertificateMaterial.Read(secret.Data, out var problem).ShouldNotBeNull();
        problem.ShouldBeNull();
        Encoding.UTF8.GetString(secret.Data!["more"]).ShouldBe("kept");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "V7")]
    public async Task A_caBundle_that_is_removed_or_changed_comes_back_and_nothing_else_is_touched(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var replica = new Replica(server);
        await using var running = replica.Run();
        await using var keeping = replica.Keep(
            new WebhookConfigurationOptions(server.Namespace, "keeper") { Webhooks = ["ours.example.com"] }
        );
        await InstallAsync(server);
        try
        {
            await HasBundleAsync("the bundle is set at first");
            foreach (
                var patch in new[]
                {
                    """[{"op":"remove","path":"/webhooks/1/clientConfig/caBundle"}]""",
                    """[{"op":"replace","path":"/webhooks/1/clientConfig/caBundle","value":"LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJlekNDQVNHZ0F3SUJBZ0lRSnZaWi9CLzUKLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo="}]""",
                }
            )
            {
                try
                {
                    await server.Client.PatchAsync<ValidatingWebhookConfiguration>(
                        new ObjectKey("", server.Namespace),
                        Patch.Json(Encoding.UTF8.GetBytes(patch)),
                        Write,
                        server.Token
                    );
                }
                catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Invalid)
                {
                    // Servers refuse a bundle that is no certificate: then nobody can change it so.
                    continue;
                }

                await HasBundleAsync(patch);
            }

            var configuration = await ReadAsync();
            configuration.Webhooks![0].Name.ShouldBe("theirs.example.com");
            configuration.Webhooks[0].ClientConfig!.CaBundle.ShouldBeNull();
            configuration.Webhooks[1].TimeoutSeconds.ShouldBe(3);
        }
        finally
        {
            await UninstallAsync(server);
        }

        Task HasBundleAsync(string what) =>
            LiveServer.UntilAsync(
                async () =>
                    (await ReadAsync()).Webhooks![1].ClientConfig?.CaBundle is { } there
                    && there.SequenceEqual(replica.Secret.Bundle!),
                what
            );

        Task<ValidatingWebhookConfiguration> ReadAsync() =>
            server.Client.GetAsync<ValidatingWebhookConfiguration>(new ObjectKey("", server.Namespace), server.Token);
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "V8")]
    public async Task A_webhook_of_our_own_is_added_beside_those_installed_and_kept(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var replica = new Replica(server);
        await using var running = replica.Run();
        var entry = new ValidatingWebhook
        {
            Name = "strict.example.com",
            FailurePolicy = "Fail",
            SideEffects = "None",
            AdmissionReviewVersions = ["v1"],
            Rules =
            [
                new RuleWithOperations
                {
                    ApiGroups = ["example.com"],
                    ApiVersions = ["v1"],
                    Resources = ["widgets"],
                    Operations = ["CREATE"],
                },
            ],
            MatchConditions = [new MatchCondition { Name = "new", Expression = "request.operation == 'CREATE'" }],
        };
        await using var keeping = replica.Keep(
            new WebhookConfigurationOptions(server.Namespace, "keeper")
            {
                Webhooks = ["ours.example.com"],
                Added = [new AddedWebhook(entry, "ours.example.com", "/strict")],
            }
        );
        await InstallAsync(server);
        try
        {
            await HoldsAsync("it is added");
            var installed = await ReadAsync();
            await server.Client.PatchAsync<ValidatingWebhookConfiguration>(
                installed.Key,
                Patch.Json("""[{"op":"remove","path":"/webhooks/2"}]"""u8.ToArray()),
                Write,
                server.Token
            );
            await HoldsAsync("it is added again");
            await server.Client.PatchAsync<ValidatingWebhookConfiguration>(
                installed.Key,
                Patch.Json("""[{"op":"replace","path":"/webhooks/2/failurePolicy","value":"Ignore"}]"""u8.ToArray()),
                Write,
                server.Token
            );
            await HoldsAsync("it fails closed again");
            // The installer comes back with what it knows, as an upgrade does.
            await InstallAsync(server);
            await HoldsAsync("it survives an upgrade");
        }
        finally
        {
            await UninstallAsync(server);
        }

        Task HoldsAsync(string what) =>
            LiveServer.UntilAsync(
                async () =>
                    (await ReadAsync()).Webhooks is [_, _, { Name: "strict.example.com" } added]
                    && added.FailurePolicy == "Fail"
                    && added.ClientConfig!.Service!.Path == "/strict"
                    && added.ClientConfig.CaBundle!.SequenceEqual(replica.Secret.Bundle!),
                what
            );

        Task<ValidatingWebhookConfiguration> ReadAsync() =>
            server.Client.GetAsync<ValidatingWebhookConfiguration>(new ObjectKey("", server.Namespace), server.Token);
    }

    private static async Task InstallAsync(LiveServer server)
    {
        var yaml = $$$"""
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata: {name: {{{server.Namespace}}}}
            webhooks:
              - name: theirs.example.com
                clientConfig: {service: {namespace: {{{server.Namespace}}}, name: theirs, path: /, port: 443}}
                rules: [{apiGroups: [example.com], apiVersions: [v1], resources: [widgets], operations: [DELETE]}]
                sideEffects: None
                admissionReviewVersions: [v1]
              - name: ours.example.com
                clientConfig: {service: {namespace: {{{server.Namespace}}}, name: ours, path: /validate, port: 443}}
                rules: [{apiGroups: [example.com], apiVersions: [v1], resources: [widgets], operations: [CREATE]}]
                failurePolicy: Ignore
                timeoutSeconds: 3
                sideEffects: None
                admissionReviewVersions: [v1]
            """;
        foreach (var value in Manifests.Parse(yaml))
        {
            _ = await server.Client.ApplyAsync(value, Write, server.Token);
        }
    }

    private static Task UninstallAsync(LiveServer server) =>
        server.Client.DeleteAsync<ValidatingWebhookConfiguration>(
            new ObjectKey("", server.Namespace),
            new DeleteRequest(),
            server.Token
        );

    /// <summary>What one copy of a server has of certificates.</summary>
    private sealed class Replica
    {
        private readonly LiveServer _server;

        public Replica(LiveServer server)
        {
            _server = server;
            Secret = new CertificateSecret(
                server.Client,
                server.Key("hooks-tls"),
                new CertificatePolicy("test", CertificatePolicy.ForService("ours", server.Namespace)),
                Serving,
                TimeProvider.System,
                Logger
            );
        }

        public ServingCertificate Serving { get; } = new();

        public RecordingLogger Logger { get; } = new();

        public CertificateSecret Secret { get; }

        public Running Run() => new(Secret.RunAsync);

        public Running Keep(WebhookConfigurationOptions options) =>
            new(new WebhookConfigurationKeeper(_server.Client, options, Secret, TimeProvider.System, Logger).RunAsync);
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _task;

        public Running(Func<CancellationToken, Task> run) => _task = run(_stop.Token);

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _task.InTime();
            _stop.Dispose();
        }
    }
}
