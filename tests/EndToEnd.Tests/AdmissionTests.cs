using System.Diagnostics;
using System.Text;
using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Client;
using Kubernetes.Models;
using Testing;

namespace EndToEnd.Tests;

/// <summary>What users see of the webhooks, through the API server and with kubectl.</summary>
public sealed class AdmissionTests(ClusterFixture cluster) : EndToEndTest(cluster)
{
    private const string Wrong = """
        apiVersion: binnacle.dev/v1alpha1
        kind: AlertRule
        metadata: {name: wrong}
        spec: {expr: 'sum(', labels: {team: shop}}
        """;

    private AdmittingOperator _operator = null!;
    private TestNamespace _home = null!;

    /// <inheritdoc />
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _operator = await AdmittingOperator.PrepareAsync(Cluster);
        _home = await TestNamespace.CreateAsync(Cluster, "checked", _operator.Checked);
    }

    /// <inheritdoc />
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (Cluster.Unavailable is null)
        {
            if (TestContext.Current.TestState?.Result == TestResult.Failed)
            {
                Print(string.Join('\n', _operator.Log.TakeLast(40)));
            }

            await _operator.DisposeAsync();
            await _home.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait("Guarantee", "V23")]
    public async Task Wrong_resources_are_refused_when_they_are_written()
    {
        await InForceAsync();
        var refusal = await Should.ThrowAsync<KubernetesApiException>(() => _home.ApplyAsync(Wrong));
        refusal.Kind.ShouldBe(KubernetesErrorKind.Invalid);
        refusal.Status!.Details!.Kind.ShouldBe("AlertRule");
        refusal.Causes.ShouldHaveSingleItem().Field.ShouldBe("spec.expr");
        foreach (
            var (kind, spec, field) in new[]
            {
                ("AlertRule", "{expr: up == 0, labels: {'bad-name': x}}", "bad-name"),
                ("ScrapeTarget", "{static: {targets: ['http://a:1/metrics']}}", "spec.static.targets"),
                ("HealthProbe", "{type: HTTP, targets: ['not a url']}", "spec.targets"),
                ("Dashboard", "{json: 'not json'}", "spec.json"),
                ("MonitoringStack", "{metrics: {scrapeInterval: 0s}}", "spec.metrics.scrapeInterval"),
            }
        )
        {
            var message = await _home.RefusalAsync(
                $$"""
                apiVersion: binnacle.dev/v1alpha1
                kind: {{kind}}
                metadata: {name: wrong}
                spec: {{spec}}
                """
            );
            message.ShouldContain(field);
            Print(message);
        }

        (await _home.FindAsync<AlertRule>("wrong")).ShouldBeNull();
        await _home.ApplyAsync(Wrong.Replace("sum(", "sum(up)", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Guarantee", "V23")]
    public async Task Kubectl_prints_causes_and_warnings_also_on_a_dry_run()
    {
        Assert.SkipWhen(Tools.Find("kubectl") is null, "kubectl is not on this machine: run 'make tools'");
        await InForceAsync();
        var (code, output) = await KubectlAsync(Wrong, "apply", "-f", "-", "-n", _home.Name);
        code.ShouldBe(1);
        output.ShouldContain("spec.expr: 1:5: unexpected end of input");
        (code, output) = await KubectlAsync(Wrong, "apply", "-f", "-", "-n", _home.Name, "--dry-run=server");
        code.ShouldBe(1);
        output.ShouldContain("spec.expr: 1:5: unexpected end of input");

        var doubtful = Wrong.Replace("'sum('", "up, for: 10s, interval: 1m", StringComparison.Ordinal);
        (code, output) = await KubectlAsync(doubtful, "apply", "-f", "-", "-n", _home.Name, "--dry-run=server");
        output.ShouldContain("Warning: spec.for:1:1: 10s is over before the next evaluation, 1m later");
        code.ShouldBe(0);
        (await _home.FindAsync<AlertRule>("wrong")).ShouldBeNull();
    }

    [Fact]
    [Trait("Guarantee", "V34")]
    public async Task Nobody_gives_away_rights_that_he_does_not_have()
    {
        await InForceAsync();
        await using var other = await TestNamespace.CreateAsync(Cluster, "other", ("team", _home.Name));
        await _home.ApplyAsync(
            $$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: author}
            rules: [{apiGroups: [binnacle.dev], resources: ['*'], verbs: ['*']}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: author}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: author}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: {{_home.Name}}-team}]
            """
        );
        var configuration = KubernetesClientConfiguration.Load(Cluster.Kubeconfig);
        using var jane = new KubernetesClient(
            configuration with
            {
                Impersonate = new Impersonation("jane") { Groups = [$"{_home.Name}-team"] },
            }
        );
        var stack = $$$$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: MonitoringStack
            metadata: {name: mine, namespace: {{{{_home.Name}}}}}
            spec: {paused: true, namespaceSelector: {matchLabels: {team: {{{{_home.Name}}}}-none}}}
            """;
        var target = $$$$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: theirs, namespace: {{{{_home.Name}}}}}
            spec:
              stackRef: {name: mine}
              services: {selector: {}, namespaceSelector: {matchLabels: {team: {{{{_home.Name}}}}}}}
            """;

        var words = await RefusedAsync(jane, stack);
        words.ShouldContain("user \"jane\" cannot give a stack's Prometheus rights");
        words.ShouldContain($"in namespace {_home.Name}");
        await ReadersAsync(_home, $"{_home.Name}-team");
        await Eventually.ShouldAsync(
            async token =>
            {
                await WriteAsync(jane, stack, token);
                return true;
            },
            written => written.ShouldBeTrue(),
            _ => "the stack is written once its author may read what it would",
            Cluster.Patience
        );

        // The webhook learns of the stack as all do, by its watch.
        await Eventually.ShouldAsync(
            token => Should.ThrowAsync<KubernetesApiException>(() => WriteAsync(jane, target, token, dryRun: true)),
            refusal => refusal.Message.ShouldContain($"in namespace {other.Name}"),
            refusal => refusal.Message,
            Cluster.Patience
        );
        await ReadersAsync(other, $"{_home.Name}-team");
        await Eventually.ShouldAsync(
            async token =>
            {
                await WriteAsync(jane, target, token);
                return true;
            },
            written => written.ShouldBeTrue(),
            _ => "the target is written",
            Cluster.Patience
        );
        (
            await RefusedAsync(
                jane,
                target.Replace("{matchLabels: {team: " + _home.Name + "}}", "{}", StringComparison.Ordinal)
            )
        ).ShouldContain("in all namespaces");
    }

    [Fact]
    [Trait("Guarantee", "V24")]
    public async Task What_is_removed_from_the_configuration_or_the_Secret_comes_back()
    {
        await InForceAsync();
        var bundle = (await Cluster.Client.GetAsync<Secret>(_operator.Secret, Cancellation)).Data!["ca.crt"];
        foreach (
            var patch in new[]
            {
                """[{"op":"remove","path":"/webhooks/0/clientConfig/caBundle"}]""",
                """[{"op":"remove","path":"/webhooks/1"}]""",
                """[{"op":"replace","path":"/webhooks/1/failurePolicy","value":"Ignore"}]""",
            }
        )
        {
            await Cluster.Client.PatchAsync<ValidatingWebhookConfiguration>(
                new ObjectKey("", _operator.Name),
                Patch.Json(Encoding.UTF8.GetBytes(patch)),
                new WriteOptions(),
                Cancellation
            );
            await _operator.InForceAsync();
        }

        // What installs it comes again, as a chart's upgrade does.
        await _operator.InstallAsync();
        await _operator.InForceAsync();
        await Cluster.Client.DeleteAsync<Secret>(_operator.Secret, new DeleteRequest(), Cancellation);
        await Eventually.ShouldAsync(
            token => Cluster.Client.FindAsync<Secret>(_operator.Secret, token),
            secret => secret.ShouldNotBeNull().Data!["ca.crt"].ShouldBe(bundle),
            _ => "the Secret is written again",
            Cluster.Patience
        );
        await _operator.InForceAsync();
        await RefusesAsync();
    }

    [Fact]
    [Trait("Guarantee", "V25")]
    public async Task All_at_once_on_an_empty_cluster_needs_no_second_try_and_then_everything_is_checked()
    {
        // As in one kubectl apply: the configuration, and resources of our kinds, before any operator runs.
        await _operator.InstallAsync();
        await _home.ApplyAsync(
            """
            apiVersion: binnacle.dev/v1alpha1
            kind: MonitoringStack
            metadata: {name: first}
            spec: {paused: true, namespaceSelector: {matchLabels: {nobody: here}}}
            ---
            apiVersion: binnacle.dev/v1alpha1
            kind: AlertRule
            metadata: {name: first}
            spec: {expr: up == 0}
            """
        );
        await _operator.StartAsync();
        await RefusesAsync();
    }

    [Fact]
    [Trait("Guarantee", "V26")]
    public async Task While_it_is_down_resources_are_taken_but_rights_are_not_given()
    {
        await InForceAsync();
        await RefusesAsync();
        await _operator.KillAsync();

        // Checked again when it is reconciled.
        await _home.ApplyAsync(Wrong);
        await _home.ApplyAsync(
            Wrong
                .Replace("AlertRule", "Dashboard", StringComparison.Ordinal)
                .Replace("{expr: 'sum(', labels: {team: shop}}", "{json: '{}'}", StringComparison.Ordinal)
        );
        var stack = """
            apiVersion: binnacle.dev/v1alpha1
            kind: MonitoringStack
            metadata: {name: sneaky}
            spec: {paused: true}
            """;
        (await _home.RefusalAsync(stack)).ShouldContain("failed calling webhook \"rights.binnacle.dev\"");
        var rights = (await _operator.ConfigurationAsync(Cancellation)).Webhooks![1];
        if (rights.MatchConditions is { Count: > 0 })
        {
            // What discovers nothing is not asked about.
            await _home.ApplyAsync(
                """
                apiVersion: binnacle.dev/v1alpha1
                kind: ScrapeTarget
                metadata: {name: fixed}
                spec: {static: {targets: ['a:1']}}
                """
            );
        }

        var secret = await Cluster.Client.GetAsync<Secret>(_operator.Secret, Cancellation);
        await _operator.StartAsync();
        var after = await Cluster.Client.GetAsync<Secret>(_operator.Secret, Cancellation);
        after.Metadata.ResourceVersion.ShouldBe(secret.Metadata.ResourceVersion, "certificates are not made anew");
        await _home.ApplyAsync(stack);
        await RefusesAsync("stays-out");
    }

    private async Task InForceAsync()
    {
        await _operator.InstallAsync();
        await _operator.StartAsync();
        await RefusesAsync();
    }

    private Task RefusesAsync(string name = "probe") => _operator.RefusesAsync(_home, name);

    private static async Task WriteAsync(
        KubernetesClient client,
        string yaml,
        CancellationToken cancellation,
        bool dryRun = false
    )
    {
        var options = new WriteOptions
        {
            FieldManager = "jane",
            Force = true,
            DryRun = dryRun,
        };
        foreach (var value in Manifests.Parse(yaml))
        {
            await client.ApplyAsync(value, options, cancellation);
        }
    }

    private static async Task<string> RefusedAsync(KubernetesClient client, string yaml)
    {
        var refusal = await Should.ThrowAsync<KubernetesApiException>(() => WriteAsync(client, yaml, Cancellation));
        refusal.Kind.ShouldBe(KubernetesErrorKind.Forbidden);
        Print(refusal.Message);
        return refusal.Message;
    }

    /// <summary>Lets a group read what Prometheus discovers with.</summary>
    private static Task ReadersAsync(TestNamespace home, string group) =>
        home.ApplyAsync(
            $$"""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: reader}
            rules:
              - {apiGroups: ['', discovery.k8s.io], resources: [services, pods, endpoints, endpointslices], verbs: [get, list, watch]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: reader}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
            subjects: [{apiGroup: rbac.authorization.k8s.io, kind: Group, name: {{group}}}]
            """
        );

    private async Task<(int Code, string Output)> KubectlAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(Tools.Find("kubectl")!)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["--kubeconfig", Cluster.Kubeconfig, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        var all = await output + await errors;
        Print(all);
        return (process.ExitCode, all);
    }
}
