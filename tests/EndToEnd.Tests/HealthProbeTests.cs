using Binnacle.Api;
using EndToEnd.Tests.Harness;

namespace EndToEnd.Tests;

/// <summary>HealthProbes: the prober's configuration, and three states.</summary>
[Collection(SharedStackTests.Name)]
public sealed class HealthProbeTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    [Fact]
    public async Task A_site_is_healthy_then_slow_then_broken_and_healthy_again()
    {
        await using var home = await stack.NamespaceAsync("probe");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        var address = await home.PublishAsync("shop", site);
        await home.ApplyAsync(Probe("shop", address));
        var healthy = await home.ShouldAsync<HealthProbe>(
            "shop",
            probe =>
            {
                probe.Now().Conditions.ShouldHold(ConditionTypes.Ready);
                probe.Now().State.ShouldBe(ProbeState.Healthy);
            }
        );
        healthy.Status!.Up.ShouldBe("1/1");
        healthy.Status.Latency.ShouldNotBeNull().Last.ShouldNotBeNullOrEmpty();
        healthy.Status.Targets.ShouldHaveSingleItem().StatusCode.ShouldBe(200);
        // The prober runs with a module for it.
        (await stack.Components.BlackboxConfigAsync()).ShouldContain("X-Probe");

        site.Delay = TimeSpan.FromMilliseconds(600);
        await home.ShouldAsync<HealthProbe>("shop", probe => probe.Now().State.ShouldBe(ProbeState.Degraded));

        site.Delay = TimeSpan.Zero;
        site.Health = 503;
        var broken = await home.ShouldAsync<HealthProbe>(
            "shop",
            probe => probe.Now().State.ShouldBe(ProbeState.Unhealthy)
        );
        broken.Status!.Up.ShouldBe("0/1");
        broken.Status.Targets.ShouldHaveSingleItem().StatusCode.ShouldBe(503);
        var rule = await stack.Components.RuleAsync("ProbeDown");
        rule.ShouldNotBeNull("the probe alerts by itself");

        site.Health = 200;
        await home.ShouldAsync<HealthProbe>("shop", probe => probe.Now().State.ShouldBe(ProbeState.Healthy));

        await home.DeleteAsync<HealthProbe>("shop");
        await Eventually.ShouldAsync(
            _ => stack.Components.BlackboxConfigAsync(),
            config => config.ShouldNotContain("X-Probe"),
            config => config,
            Cluster.Patience
        );
        await Eventually.ShouldAsync(
            _ => stack.Components.TargetsAsync(),
            targets => targets.ShouldNotContain(target => ((string)target["scrapePool"]!).Contains(home.Name)),
            targets => string.Join('\n', targets.Select(target => (string?)target["scrapePool"])),
            Cluster.Patience
        );
    }

    [Fact]
    public async Task A_port_that_nobody_listens_on_is_unhealthy()
    {
        await using var home = await stack.NamespaceAsync("port");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        // By address: in front of a Service may stand a proxy that takes the connection before it looks for somebody.
        await home.ApplyAsync(
            $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: HealthProbe
            metadata: {name: gone}
            spec: {type: TCP, targets: ["{{site.Address}}"], interval: 1s, timeout: 1s}
            """
        );
        await home.ShouldAsync<HealthProbe>("gone", probe => probe.Now().State.ShouldBe(ProbeState.Healthy));
        await site.StopAsync();
        await home.ShouldAsync<HealthProbe>("gone", probe => probe.Now().State.ShouldBe(ProbeState.Unhealthy));
    }

    private static string Probe(string name, string address) =>
        $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: HealthProbe
            metadata: {name: {{name}}}
            spec:
              type: HTTP
              targets: ["http://{{address}}/health"]
              interval: 2s
              timeout: 1500ms
              http:
                expectedStatus: [200]
                headers: {X-Probe: "yes"}
              degradedAfter: 400ms
            """;
}
