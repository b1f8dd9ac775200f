using System.Diagnostics;
using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Testing;

namespace EndToEnd.Tests;

/// <summary>What people see with kubectl.</summary>
[Collection(SharedStackTests.Name)]
public sealed class ColumnTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    private static readonly TimeSpan KubectlTimeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Kubectl_get_shows_live_state()
    {
        Assert.SkipWhen(Tools.Find("kubectl") is null, "kubectl is not on this machine: run 'make tools'");
        await using var home = await stack.NamespaceAsync("columns");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        var address = await home.PublishAsync("site", site);
        await home.ApplyAsync(AlertRuleTests.Rule("orders-stuck", "vector(1)", "severity: Critical"));
        await home.ApplyAsync(
            $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: shop}
            spec:
              static: {targets: ["{{address}}", "127.0.0.1:1"]}
            ---
            apiVersion: binnacle.dev/v1alpha1
            kind: HealthProbe
            metadata: {name: shop}
            spec: {type: TCP, targets: ["{{address}}"], interval: 2s, timeout: 1s}
            ---
            apiVersion: binnacle.dev/v1alpha1
            kind: Dashboard
            metadata: {name: shop}
            spec: {folder: Payments, json: '{"title":"Orders","panels":[{"type":"stat"}]}'}
            """
        );
        await home.ShouldAsync<AlertRule>("orders-stuck", rule => rule.Now().State.ShouldBe(RuleState.Firing));
        await home.ShouldAsync<ScrapeTarget>(
            "shop",
            target =>
            {
                target.Now().Up.ShouldBe("1/2");
                target.Now().Samples.ShouldBe(1);
            }
        );
        await home.ShouldAsync<HealthProbe>("shop", probe => probe.Now().State.ShouldBe(ProbeState.Healthy));
        await home.ShouldAsync<Dashboard>(
            "shop",
            dashboard => dashboard.Now().Conditions.ShouldHold(ConditionTypes.Ready)
        );

        (await TableAsync(home, "arule")).ShouldMatch(
            @"^NAME\s+SEVERITY\s+STATE\s+ACTIVE\s+SINCE\s+READY\s+AGE\norders-stuck\s+Critical\s+Firing\s+1\s+\d+s\s+True\s+\d+s\n$"
        );
        (await TableAsync(home, "starget")).ShouldMatch(
            @"^NAME\s+UP\s+SAMPLES\s+LAST-ERROR\s+AGE\nshop\s+1/2\s+1\s+Get ""http://127\.0\.0\.1:1/metrics"": .* refused\s+\d+s\n$"
        );
        (await TableAsync(home, "hprobe")).ShouldMatch(
            @"^NAME\s+STATE\s+UP\s+LATENCY\s+CERT-EXPIRES\s+AGE\nshop\s+Healthy\s+1/1\s+\d+ms\s+\d+s\n$"
        );
        (await TableAsync(home, "dash")).ShouldMatch(
            @"^NAME\s+TITLE\s+FOLDER\s+PANELS\s+READY\s+AGE\nshop\s+Orders\s+Payments\s+1\s+True\s+\d+s\n$"
        );
        // The resources of tests before this one may still be on their way out.
        await stack.Stack.ShouldAsync(value =>
        {
            StackManifests.IsReady(value);
            value.Now().Alerts.ShouldBe(new AlertCounts { Rules = 1, Firing = 1 });
            value.Now().Summary!.Targets.ShouldBe("1/2");
            value.Now().Summary!.Probes.ShouldBe("1/1");
            value.Now().Summary!.Dashboards.ShouldBe("1/1");
        });
        (await TableAsync(stack.Home, "mstack")).ShouldMatch(
            @"^NAME\s+PHASE\s+COMPONENTS\s+RULES\s+FIRING\s+TARGETS\s+PROBES\s+DASHBOARDS\s+AGE\nshared\s+Ready\s+3/3\s+1\s+1\s+1/2\s+1/1\s+1/1\s+\d+"
        );
    }

    private async Task<string> TableAsync(TestNamespace home, string kind)
    {
        using var kubectl = Process.Start(
            new ProcessStartInfo(
                Tools.Find("kubectl")!,
                ["--kubeconfig", Cluster.Kubeconfig, "-n", home.Name, "get", kind]
            )
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = kubectl.StandardOutput.ReadToEndAsync(Cancellation);
        var errors = kubectl.StandardError.ReadToEndAsync(Cancellation);
        await kubectl.WaitForExitAsync(Cancellation).WaitAsync(KubectlTimeout, Cancellation);
        (await errors).ShouldBeEmpty();
        Print(await output);
        return await output;
    }
}
