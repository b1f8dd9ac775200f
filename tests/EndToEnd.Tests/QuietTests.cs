using System.Text.Json.Nodes;
using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Client;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>A stack in which nothing happens costs the API server no write, however often it is looked at.</summary>
[Collection(SharedStackTests.Name)]
public sealed class QuietTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    /// <summary>Five evaluations, so at least four whole readings of every component.</summary>
    private static readonly TimeSpan Intervals = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_quiet_stack_causes_no_writes_and_neither_does_a_restart_of_the_operator()
    {
        await using var home = await stack.NamespaceAsync("quiet");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        // A latency is told again when it changes by a quarter. Of one as long as this the machine's moods make no more
        // than a tenth: nothing changes here, not even that.
        site.Delay = TimeSpan.FromMilliseconds(800);
        var address = await home.PublishAsync("site", site);
        await home.ApplyAsync(AlertRuleTests.Rule("firing", "vector(1)"));
        await home.ApplyAsync(AlertRuleTests.Rule("inactive", "vector(1) > 2"));
        await home.ApplyAsync(AlertRuleTests.Rule("broken", "sum("));
        await home.ApplyAsync(
            $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: site}
            spec:
              static: {targets: ["{{address}}", "127.0.0.1:1"]}
            ---
            apiVersion: binnacle.dev/v1alpha1
            kind: HealthProbe
            metadata: {name: site}
            spec: {type: HTTP, targets: ["http://{{address}}/health"], interval: 3s, timeout: 2s}
            ---
            apiVersion: binnacle.dev/v1alpha1
            kind: Dashboard
            metadata: {name: site}
            spec: {json: '{"title":"Site","panels":[]}'}
            """
        );
        await home.ShouldAsync<AlertRule>("firing", rule => rule.Now().State.ShouldBe(RuleState.Firing));
        await home.ShouldAsync<AlertRule>("inactive", rule => rule.Now().State.ShouldBe(RuleState.Inactive));
        // What the data says of a rule comes once, in its own time.
        await home.ShouldAsync<AlertRule>("firing", rule => rule.Now().Cost.ShouldNotBeNull());
        await home.ShouldAsync<AlertRule>("inactive", rule => rule.Now().Cost.ShouldNotBeNull());
        await home.ShouldAsync<HealthProbe>("site", probe => probe.Now().State.ShouldBe(ProbeState.Healthy));
        await home.ShouldAsync<ScrapeTarget>("site", target => target.Now().Up.ShouldBe("1/2"));
        await stack.Stack.ShouldAsync(StackManifests.IsReady);
        await OtherTestsAreGoneAsync(home);
        await SettledAsync();

        var objects = await VersionsAsync(home);
        var count = Cluster.Gate.Writes.Count;
        await Task.Delay(Intervals, Cancellation);
        Cluster.Gate.Writes.Skip(count).ShouldBeEmpty("writes of a quiet stack");
        (await VersionsAsync(home)).ShouldBe(objects, "objects of a quiet stack");

        await Cluster.Operator.StopAsync(Cancellation);
        count = Cluster.Gate.Writes.Count;
        await Cluster.Operator.StartAsync(Cancellation);
        await Task.Delay(Intervals, Cancellation);
        Cluster.Gate.Writes.Skip(count).ShouldBeEmpty("writes of an operator that finds everything as it should be");
        (await VersionsAsync(home)).ShouldBe(objects, "objects after a restart of the operator");

        // The count means something only if writes come through the gate at all.
        await home.ApplyAsync(AlertRuleTests.Rule("one-more", "vector(1) > 2"));
        await home.ShouldAsync<AlertRule>("one-more", StackManifests.IsLoaded);
        Cluster.Gate.Writes.Count.ShouldBeGreaterThan(count);
    }

    /// <summary>Namespaces of tests before this one are deleted in the background, and the stack takes note of it.</summary>
    private async Task OtherTestsAreGoneAsync(TestNamespace home) =>
        await Eventually.ShouldAsync(
            async token =>
                (
                    await Cluster.Client.ListAsync<Namespace>(
                        new ListRequest { LabelSelector = $"{stack.Selected.Name}={stack.Selected.Value}" },
                        token
                    )
                ).Items,
            found => found.Select(item => item.Metadata.Name).ShouldBe([home.Name]),
            found => string.Join(", ", found.Select(item => item.Metadata.Name)),
            Cluster.Patience
        );

    /// <summary>What the last change brought about is written.</summary>
    private async Task SettledAsync()
    {
        await Eventually.ShouldAsync(
            async token =>
            {
                var before = Cluster.Gate.Writes.Count;
                await Task.Delay(TimeSpan.FromSeconds(2), token);
                return Cluster.Gate.Writes.Skip(before).ToList();
            },
            writes => writes.ShouldBeEmpty("the stack does not come to rest"),
            writes => string.Join('\n', writes),
            Cluster.Patience
        );
    }

    /// <summary>Version of every object that the operator could have written.</summary>
    private async Task<IReadOnlyList<string>> VersionsAsync(TestNamespace home)
    {
        string[] kinds =
        [
            "api/v1/namespaces/{0}/configmaps",
            "api/v1/namespaces/{0}/secrets",
            "api/v1/namespaces/{0}/services",
            "api/v1/namespaces/{0}/serviceaccounts",
            "api/v1/namespaces/{0}/pods",
            "api/v1/namespaces/{0}/events",
            "apis/apps/v1/namespaces/{0}/statefulsets",
            "apis/apps/v1/namespaces/{0}/deployments",
            "apis/rbac.authorization.k8s.io/v1/namespaces/{0}/roles",
            "apis/rbac.authorization.k8s.io/v1/namespaces/{0}/rolebindings",
            .. BinnacleResources.All.Select(type => $"apis/{type.ApiVersion}/namespaces/{{0}}/{type.Plural}"),
        ];
        var versions = new List<string>();
        foreach (var kind in kinds)
        {
            foreach (var place in new[] { home, stack.Home })
            {
                var path = string.Format(System.Globalization.CultureInfo.InvariantCulture, kind, place.Name);
                using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
                using var answer = await Cluster.Client.SendAsync(request, Cancellation);
                answer.EnsureSuccessStatusCode();
                var list = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancellation))!;
                versions.AddRange(
                    list["items"]!
                        .AsArray()
                        .Select(item => item!["metadata"]!)
                        .Select(meta => $"{path}/{meta["name"]} {meta["resourceVersion"]}")
                );
            }
        }

        return versions;
    }
}
