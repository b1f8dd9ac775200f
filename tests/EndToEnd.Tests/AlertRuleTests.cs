using Binnacle.Api;
using EndToEnd.Tests.Harness;

namespace EndToEnd.Tests;

/// <summary>AlertRules from apply to notification.</summary>
[Collection(SharedStackTests.Name)]
public sealed class AlertRuleTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    private static readonly TimeSpan LoadedWithin = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_rule_is_loaded_within_five_seconds_follows_its_changes_and_goes()
    {
        await using var home = await stack.NamespaceAsync("rule");
        await home.ApplyAsync(Rule("queue-full", "vector(1) > 2"));
        var (_, created) = await home.TimedAsync<AlertRule>("queue-full", StackManifests.IsLoaded);
        var rule = await stack.Components.RuleAsync("QueueFull");
        ((string?)rule.ShouldNotBeNull()["query"]).ShouldBe("vector(1) > 2");

        await home.ApplyAsync(Rule("queue-full", "vector(1) > 3"));
        var (_, changed) = await home.TimedAsync<AlertRule>("queue-full", StackManifests.IsLoaded);
        ((string?)(await stack.Components.RuleAsync("QueueFull")).ShouldNotBeNull()["query"]).ShouldBe("vector(1) > 3");

        await home.DeleteAsync<AlertRule>("queue-full");
        var (_, gone) = await Eventually.ShouldAsync(
            _ => stack.Components.RuleAsync("QueueFull"),
            found => found.ShouldBeNull(),
            found => $"{found}",
            Cluster.Patience
        );
        Print($"Loaded {created.TotalSeconds:0.00} s after create, {changed.TotalSeconds:0.00} s after a change, ");
        Print($"gone {gone.TotalSeconds:0.00} s after delete");
        created.ShouldBeLessThan(LoadedWithin);
        changed.ShouldBeLessThan(LoadedWithin);
    }

    [Fact]
    public async Task A_deleted_rule_goes_wherever_in_its_group_it_was()
    {
        await using var home = await stack.NamespaceAsync("deleted");
        string[] names = ["gone-a", "gone-b", "gone-c", "gone-d"];
        await home.ApplyAllAsync(names.Select(name => Rule(name, "vector(1) > 2")));
        foreach (var name in names)
        {
            await home.ShouldAsync<AlertRule>(name, StackManifests.IsLoaded);
        }

        foreach (var (i, name) in names.Index())
        {
            await home.DeleteAsync<AlertRule>(name);
            await Eventually.ShouldAsync(
                _ => stack.Components.RulesAsync(),
                rules =>
                    rules
                        .Count(rule => ((string)rule["name"]!).StartsWith("Gone", StringComparison.Ordinal))
                        .ShouldBe(names.Length - i - 1),
                rules => string.Join(", ", rules.Select(rule => (string?)rule["name"])),
                Cluster.Patience
            );
        }
    }

    [Fact]
    public async Task An_alert_fires_is_notified_and_resolves()
    {
        await using var home = await stack.NamespaceAsync("fires");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        site.Metrics = "orders_stuck{shop=\"a\"} 0\n";
        var address = await home.PublishAsync("orders", site);
        await home.ApplyAsync(
            $$$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: orders}
            spec:
              static: {targets: ["{{{address}}}"]}
            ---
            apiVersion: binnacle.dev/v1alpha1
            kind: AlertRule
            metadata: {name: orders-stuck}
            spec:
              expr: orders_stuck > 5
              for: 1s
              severity: Critical
              summary: '{{ $value }} orders of {{ $labels.shop }} are stuck'
              labels: {team: shop}
            """
        );
        var quiet = await home.ShouldAsync<AlertRule>(
            "orders-stuck",
            rule =>
            {
                StackManifests.IsLoaded(rule);
                rule.Now().State.ShouldBe(RuleState.Inactive);
                rule.Now().Active.ShouldBe(0);
                rule.Now().Health.ShouldBe(RuleHealth.Ok);
            }
        );
        quiet.Status!.Notification.ShouldNotBeNull().Receivers.ShouldBe(["hook"]);

        site.Metrics = "orders_stuck{shop=\"a\"} 7\n";
        var firing = await home.ShouldAsync<AlertRule>(
            "orders-stuck",
            rule => rule.Now().State.ShouldBe(RuleState.Firing)
        );
        firing.Status!.Active.ShouldBe(1);
        firing.Status.Since.ShouldNotBeNull();
        var active = firing.Status.Alerts.ShouldHaveSingleItem();
        active.State.ShouldBe(AlertState.Firing);
        active.Value.ShouldBe("7");
        active.Labels.ShouldNotBeNull()["shop"].ShouldBe("a");
        await stack.Home.ShouldAsync<MonitoringStack>(
            stack.Stack.Name,
            value => value.Now().Alerts!.Firing.ShouldBe(1)
        );

        var (notified, _) = await Eventually.ShouldAsync(
            _ => Task.FromResult(stack.Receiver.Received("OrdersStuck", "firing")),
            alerts => alerts.ShouldNotBeEmpty(),
            _ => $"{stack.Receiver.Notifications.Count} notifications",
            Cluster.Patience
        );
        var labels = notified[0]["labels"]!.AsObject();
        ((string?)labels["severity"]).ShouldBe("critical");
        ((string?)labels["team"]).ShouldBe("shop");
        ((string?)notified[0]["annotations"]!["summary"]).ShouldBe("7 orders of a are stuck");
        // Nothing of ours reaches the reader of a notification.
        labels.Select(label => label.Key).ShouldNotContain(name => name.Contains("binnacle"));

        site.Metrics = "orders_stuck{shop=\"a\"} 0\n";
        await home.ShouldAsync<AlertRule>(
            "orders-stuck",
            rule =>
            {
                rule.Now().State.ShouldBe(RuleState.Inactive);
                rule.Now().Active.ShouldBe(0);
                rule.Now().Alerts.ShouldBeNull();
            }
        );
        await Eventually.ShouldAsync(
            _ => Task.FromResult(stack.Receiver.Received("OrdersStuck", "resolved")),
            alerts => alerts.ShouldNotBeEmpty(),
            _ => $"{stack.Receiver.Notifications.Count} notifications",
            Cluster.Patience
        );
    }

    [Fact]
    public async Task A_disabled_rule_is_not_evaluated()
    {
        await using var home = await stack.NamespaceAsync("disabled");
        await home.ApplyAsync(Rule("paused-rule", "vector(1) > 2"));
        await home.ShouldAsync<AlertRule>("paused-rule", StackManifests.IsLoaded);
        await home.ApplyAsync(Rule("paused-rule", "vector(1) > 2", "enabled: false"));
        await home.ShouldAsync<AlertRule>(
            "paused-rule",
            rule =>
            {
                rule.Now().State.ShouldBe(RuleState.Disabled);
            }
        );
        await Eventually.ShouldAsync(
            _ => stack.Components.RuleAsync("PausedRule"),
            found => found.ShouldBeNull(),
            found => $"{found}",
            Cluster.Patience
        );
    }

    [Fact]
    public async Task Recordings_are_computed_before_the_alert_that_uses_them()
    {
        await using var home = await stack.NamespaceAsync("recorded");
        await home.ApplyAsync(
            Rule("twice-too-much", "test:twice > 3", "recordings: [{name: 'test:twice', expr: vector(2) * 2}]")
        );
        await home.ShouldAsync<AlertRule>("twice-too-much", rule => rule.Now().State.ShouldBe(RuleState.Firing));
        (await stack.Components.QueryAsync("test:twice")).ShouldHaveSingleItem();
    }

    internal static string Rule(string name, string expr, string more = "") =>
        $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: AlertRule
            metadata: {name: {{name}}}
            spec:
              expr: {{expr}}
              {{more}}

            """;
}
