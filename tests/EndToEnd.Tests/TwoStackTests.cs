using System.Diagnostics;
using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>Two stacks that take the same resources, and the end of one of them.</summary>
[Collection(SharedStackTests.Name)]
public sealed class TwoStackTests(ClusterFixture cluster, SharedStack first) : EndToEndTest(cluster)
{
    [Fact]
    public async Task Both_take_a_resource_and_what_is_deleted_leaves_nothing_behind()
    {
        await using var team = await first.NamespaceAsync("team");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        await team.PublishAsync("web", site, "{app: web}");
        await team.ApplyAsync(AlertRuleTests.Rule("shared-rule", "vector(1) > 2"));
        await team.ApplyAsync(
            """
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: web}
            spec:
              services:
                selector: {matchLabels: {app: web}}
            """
        );
        await team.ShouldAsync<AlertRule>("shared-rule", StackManifests.IsLoaded);

        var watch = Stopwatch.StartNew();
        var second = await RunningStack.StartAsync(Cluster, "second", first.Selected);
        await using (second)
        {
            Print($"{watch.Elapsed.TotalSeconds:0.0} s: the second stack is ready");
            var both = await team.ShouldAsync<AlertRule>(
                "shared-rule",
                rule =>
                {
                    StackManifests.IsLoaded(rule);
                    rule.Now().Stacks.ShouldNotBeNull().Count.ShouldBe(2);
                    foreach (var binding in rule.Now().Stacks!)
                    {
                        binding.Conditions.ShouldHold(ConditionTypes.Loaded);
                    }
                }
            );
            both.Status!.Stack.ShouldNotBeNull()
                .Split(',')
                .Order()
                .ShouldBe(new[] { first.Stack.FullName, second.FullName }.Order());
            (await second.Components.RuleAsync("SharedRule")).ShouldNotBeNull();
            (await first.Components.RuleAsync("SharedRule")).ShouldNotBeNull();
            await team.ShouldAllAsync<Role>(roles => roles.Count.ShouldBe(2, "each stack looks for Services here"));
            (await second.Home.FindAsync<MonitoringStack>(second.Name))!
                .Metadata.Finalizers.ShouldNotBeNull()
                .ShouldContain("binnacle.dev/cleanup");

            Print($"{watch.Elapsed.TotalSeconds:0.0} s: both have the rule");
            await second.DeleteAsync();
            Print($"{watch.Elapsed.TotalSeconds:0.0} s: the second stack is deleted");
            await team.ShouldAllAsync<Role>(roles => roles.ShouldHaveSingleItem());
            await team.ShouldAllAsync<RoleBinding>(bindings => bindings.ShouldHaveSingleItem());
            await team.ShouldAsync<AlertRule>(
                "shared-rule",
                rule =>
                {
                    StackManifests.IsLoaded(rule);
                    rule.Now().Stack.ShouldBe(first.Stack.FullName);
                    rule.Now().Stacks.ShouldBeNull();
                }
            );
            Print($"{watch.Elapsed.TotalSeconds:0.0} s: the first knows that it is alone");
            await NothingIsLeftAsync(second.Home);
            Print($"{watch.Elapsed.TotalSeconds:0.0} s: nothing is left");
        }
    }

    private static async Task NothingIsLeftAsync(TestNamespace home)
    {
        const string Ours = "app.kubernetes.io/managed-by=binnacle";
        await home.ShouldAllAsync<StatefulSet>(found => found.ShouldBeEmpty(), labels: Ours);
        await home.ShouldAllAsync<Deployment>(found => found.ShouldBeEmpty(), labels: Ours);
        await home.ShouldAllAsync<Pod>(found => found.ShouldBeEmpty(), labels: Ours);
        await home.ShouldAllAsync<Service>(found => found.ShouldBeEmpty(), labels: Ours);
        await home.ShouldAllAsync<ConfigMap>(found => found.ShouldBeEmpty(), labels: Ours);
        await home.ShouldAllAsync<Secret>(found => found.ShouldBeEmpty(), labels: Ours);
        await home.ShouldAllAsync<ServiceAccount>(found => found.ShouldBeEmpty(), labels: Ours);
        await home.ShouldAllAsync<Role>(found => found.ShouldBeEmpty(), labels: Ours);
        await home.ShouldAllAsync<RoleBinding>(found => found.ShouldBeEmpty(), labels: Ours);
    }
}
