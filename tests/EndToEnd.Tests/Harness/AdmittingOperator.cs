using System.Net;
using System.Net.Sockets;
using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace EndToEnd.Tests.Harness;

/// <summary>
/// A replica of the operator that serves webhooks and nothing else: somebody else holds the Lease. Its webhook
/// configuration checks the namespaces that carry <see cref="Checked"/>.
/// </summary>
internal sealed class AdmittingOperator : IAsyncDisposable
{
    private static readonly WriteOptions Write = new() { FieldManager = "end-to-end", Force = true };

    private readonly ClusterFixture _cluster;
    private readonly TestNamespace _home;
    private readonly OperatorChild _process;
    private readonly int _port = FreePort();

    private AdmittingOperator(ClusterFixture cluster, TestNamespace home)
    {
        _cluster = cluster;
        _home = home;
        _process = new OperatorChild(
            cluster.Kubeconfig,
            [
                "--webhooks",
                $"--webhook-listen={Host}:{_port}",
                $"--webhook-url={Url}",
                $"--webhook-secret={home.Name}/webhooks-tls",
                $"--webhook-configuration={Name}",
                "--leader-elect",
                $"--leader-elect-namespace={home.Name}",
                "--leader-elect-name=held",
                "--leader-elect-lease-duration=1h",
            ]
        );
    }

    /// <summary>Label of the namespaces whose resources are checked.</summary>
    public (string Name, string Value) Checked => ("end-to-end.binnacle.dev/checked", _cluster.Run);

    /// <summary>Name of the webhook configuration.</summary>
    public string Name => $"binnacle-{_home.Name}";

    /// <summary>The Secret with the certificates.</summary>
    public ObjectKey Secret => new(_home.Name, "webhooks-tls");

    /// <summary>What it printed.</summary>
    public IReadOnlyList<string> Log => _process.Log;

    private Uri Url => new($"https://{Host}:{_port}");

    /// <summary>Loopback, where the API server is there too.</summary>
    private IPAddress Host =>
        IPAddress.TryParse(KubernetesClientConfiguration.Load(_cluster.Kubeconfig).Server.Host, out var server)
        && IPAddress.IsLoopback(server)
            ? IPAddress.Loopback
            : _cluster.HostAddress;

    /// <summary>Prepares one; neither it nor its configuration is there yet.</summary>
    public static async Task<AdmittingOperator> PrepareAsync(ClusterFixture cluster)
    {
        var home = await TestNamespace.CreateAsync(cluster, "webhooks");
        await home.ApplyAsync(
            $$"""
            apiVersion: coordination.k8s.io/v1
            kind: Lease
            metadata: {name: held}
            spec: {holderIdentity: the-test, leaseDurationSeconds: 3600, leaseTransitions: 1}
            """
        );
        return new AdmittingOperator(cluster, home);
    }

    /// <summary>Applies the webhook configuration of the repository, with an address instead of a Service.</summary>
    public async Task InstallAsync()
    {
        var file = Path.Combine(ClusterFixture.Repository(), "config", "webhook", "validating_webhook.yaml");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var installed = (ValidatingWebhookConfiguration)
            new ValidatingWebhookConfiguration().ReadSameKind(Manifests.Parse(text, file).Single().ToUtf8Json());
        var mine = installed with
        {
            Metadata = new ObjectMeta { Name = Name },
            Webhooks =
            [
                .. installed.Webhooks!.Select(webhook =>
                    webhook with
                    {
                        ClientConfig = new WebhookClientConfig
                        {
                            Url = new Uri(Url, webhook.ClientConfig!.Service!.Path).ToString(),
                        },
                        NamespaceSelector = new LabelSelector
                        {
                            MatchLabels = new Dictionary<string, string> { [Checked.Name] = Checked.Value },
                        },
                    }
                ),
            ],
        };
        await _cluster.Client.ApplyAsync(mine, Write, TestContext.Current.CancellationToken);
    }

    /// <summary>Starts it and returns when its webhooks are in force.</summary>
    public async Task StartAsync()
    {
        await _process.StartAsync(TestContext.Current.CancellationToken);
        await InForceAsync();
    }

    /// <summary>Waits until the configuration has both webhooks, each with the authority of our certificates.</summary>
    public async Task InForceAsync() =>
        await Eventually.ShouldAsync(
            async token =>
                (
                    Configuration: await ConfigurationAsync(token),
                    Bundle: (await _cluster.Client.GetAsync<Secret>(Secret, token)).Data!["ca.crt"]
                ),
            seen =>
            {
                seen.Configuration.Webhooks!.Select(webhook => (webhook.Name, webhook.FailurePolicy))
                    .ShouldBe([("validation.binnacle.dev", "Ignore"), ("rights.binnacle.dev", "Fail")]);
                foreach (var webhook in seen.Configuration.Webhooks!)
                {
                    webhook.ClientConfig!.CaBundle.ShouldBe(seen.Bundle, webhook.Name);
                }
            },
            seen => $"{seen.Configuration.Webhooks?.Count} webhooks\n{string.Join('\n', Log.TakeLast(20))}",
            _cluster.Patience
        );

    /// <summary>
    /// Waits until a wrong rule is refused there: API servers learn of a changed configuration within a second or so, and
    /// until then they ask nobody.
    /// </summary>
    public async Task RefusesAsync(TestNamespace home, string name = "probe") =>
        await Eventually.ShouldAsync(
            async token =>
            {
                var rule = new AlertRule
                {
                    Metadata = new ObjectMeta { Name = name, Namespace = home.Name },
                    Spec = new AlertRuleSpec { Expr = "sum(" },
                };
                try
                {
                    await _cluster.Client.CreateAsync(rule, new WriteOptions { DryRun = true }, token);
                    return "";
                }
                catch (KubernetesApiException e)
                {
                    return e.Message;
                }
            },
            words => words.ShouldContain("spec.expr"),
            words => $"'{words}'\n{string.Join('\n', Log.TakeLast(20))}",
            _cluster.Patience
        );

    /// <summary>The webhook configuration as it is.</summary>
    public Task<ValidatingWebhookConfiguration> ConfigurationAsync(CancellationToken cancellation) =>
        _cluster.Client.GetAsync<ValidatingWebhookConfiguration>(new ObjectKey("", Name), cancellation);

    /// <summary>Ends it without a word.</summary>
    public Task KillAsync() => _process.KillAsync(TestContext.Current.CancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // First the configuration: what fails closed would keep others' namespaces from being cleaned up.
        await _cluster.Client.DeleteAsync<ValidatingWebhookConfiguration>(
            new ObjectKey("", Name),
            new DeleteRequest(),
            CancellationToken.None
        );
        await _process.DisposeAsync();
        await _home.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
