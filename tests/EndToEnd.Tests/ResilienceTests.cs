using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>Components and the operator die and come back.</summary>
[Collection(SharedStackTests.Name)]
public sealed class ResilienceTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    [Fact]
    public async Task Alertmanager_is_killed_and_notifies_again()
    {
        await using var home = await stack.NamespaceAsync("amkill");
        var pod = (await stack.Components.PodsAsync("alertmanager")).ShouldHaveSingleItem();
        await stack.Home.DeleteAsync<Pod>(pod.Metadata.Name!, gracePeriod: 0);
        var successor = await stack.Home.ShouldAsync<Pod>(
            pod.Metadata.Name!,
            next =>
            {
                next.Metadata.Uid.ShouldNotBe(pod.Metadata.Uid);
                next.ShouldBeReady();
            }
        );
        await stack.Stack.ShouldAsync(StackManifests.IsReady);
        // What Prometheus cannot deliver it tries again after a minute; so it must know the new pod first.
        await Eventually.ShouldAsync(
            _ => stack.Components.AlertmanagersAsync(),
            known => known.ShouldHaveSingleItem().ShouldContain($"//{successor.Status!.PodIP}:"),
            known => string.Join(", ", known),
            Cluster.Patience
        );
        await home.ApplyAsync(AlertRuleTests.Rule("after-kill", "vector(1)"));
        await Eventually.ShouldAsync(
            _ => Task.FromResult(stack.Receiver.Received("AfterKill", "firing")),
            alerts => alerts.ShouldNotBeEmpty("Alertmanager notifies"),
            _ => $"{stack.Receiver.Notifications.Count} notifications",
            Cluster.Patience
        );
    }

    [Fact]
    public async Task Prometheus_ends_and_statuses_are_true_again()
    {
        await using var home = await stack.NamespaceAsync("promkill");
        await home.ApplyAsync(AlertRuleTests.Rule("survivor", "vector(1)"));
        await home.ShouldAsync<AlertRule>("survivor", rule => rule.Now().State.ShouldBe(RuleState.Firing));
        var pod = (await stack.Components.PodsAsync("prometheus")).ShouldHaveSingleItem();
        await stack.Components.EndPrometheusAsync();
        await stack.Home.ShouldAsync<Pod>(
            pod.Metadata.Name!,
            same =>
            {
                same.Metadata.Uid.ShouldBe(pod.Metadata.Uid);
                same.Restarts().ShouldBe(pod.Restarts() + 1);
                same.ShouldBeReady();
            }
        );
        await home.ShouldAsync<AlertRule>(
            "survivor",
            rule =>
            {
                StackManifests.IsLoaded(rule);
                rule.Now().State.ShouldBe(RuleState.Firing);
            }
        );
        await stack.Stack.ShouldAsync(StackManifests.IsReady);
    }

    [Fact]
    public async Task The_operator_is_killed_in_a_burst_of_changes_and_everything_converges()
    {
        const int Count = 60;
        await using var home = await stack.NamespaceAsync("opkill");
        await home.ApplyAllAsync(Rules(0, Count, "vector(1) > 2"));
        var burst = home.ApplyAllAsync(
            [
                .. Rules(0, 20, "vector(1) > 3"),
                .. Rules(Count, Count + 20, "vector(1) > 4"),
                AlertRuleTests.Rule("burst-005", "sum("),
            ],
            atOnce: 4
        );
        await Cluster.Operator.KillAsync(Cancellation);
        await burst;
        for (var i = 20; i < 30; i++)
        {
            await home.DeleteAsync<AlertRule>($"burst-{i:000}");
        }

        await Cluster.Operator.StartAsync(Cancellation);
        await home.ShouldAllAsync<AlertRule>(rules =>
        {
            rules.Count.ShouldBe(Count + 20 - 10);
            foreach (var rule in rules.Where(rule => rule.Metadata.Name != "burst-005"))
            {
                StackManifests.IsLoaded(rule);
            }

            rules.First(rule => rule.Metadata.Name == "burst-005").Now().Conditions.ShouldFail(ConditionTypes.Accepted);
        });
        await stack.Stack.ShouldAsync(StackManifests.IsReady);
        var running = (await stack.Components.RulesAsync())
            .Where(rule => ((string)rule["name"]!).StartsWith("Burst", StringComparison.Ordinal))
            .ToDictionary(rule => (string)rule["name"]!, rule => (string)rule["query"]!);
        running.Count.ShouldBe(Count + 20 - 10 - 1);
        running["Burst000"].ShouldBe("vector(1) > 3");
        running["Burst030"].ShouldBe("vector(1) > 2");
        running["Burst070"].ShouldBe("vector(1) > 4");
        running.ShouldNotContainKey("Burst025");
    }

    [Fact]
    public async Task Told_to_end_the_operator_ends_in_order()
    {
        (await Cluster.Operator.StopAsync(Cancellation)).ShouldBe(0);
        await Cluster.Operator.StartAsync(Cancellation);
        await stack.Stack.ShouldAsync(StackManifests.IsReady);
    }

    private static IEnumerable<string> Rules(int from, int to, string expr) =>
        Enumerable.Range(from, to - from).Select(i => AlertRuleTests.Rule($"burst-{i:000}", expr));
}
