using System.Text.Json.Nodes;
using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>Dashboards: checked, and rendered into ConfigMaps.</summary>
[Collection(SharedStackTests.Name)]
public sealed class DashboardTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    private const string Labels = "grafana_dashboard=1";

    [Fact]
    public async Task A_dashboard_becomes_a_config_map_follows_its_changes_and_goes()
    {
        await using var home = await stack.NamespaceAsync("dash");
        await home.ApplyAsync(Dashboard("orders", "Orders"));
        var ready = await home.ShouldAsync<Dashboard>(
            "orders",
            dashboard => dashboard.Now().Conditions.ShouldHold(ConditionTypes.Ready)
        );
        ready.Status!.Title.ShouldBe("Orders");
        ready.Status.Panels.ShouldBe(1);
        ready.Status.Queries.ShouldBe(1);
        var uid = ready.Status.Uid.ShouldNotBeNull();
        var map = Of(await stack.Home.ListAsync<ConfigMap>(Labels), uid).ShouldHaveSingleItem();
        map.Metadata.Annotations.ShouldNotBeNull()["grafana_folder"].ShouldBe("Shop");
        var json = JsonNode.Parse(map.Data!.ShouldHaveSingleItem().Value)!;
        ((string?)json["uid"]).ShouldBe(uid);

        await home.ApplyAsync(Dashboard("orders", "All orders"));
        var changed = await home.ShouldAsync<Dashboard>(
            "orders",
            dashboard => dashboard.Now().Title.ShouldBe("All orders")
        );
        changed.Status!.Uid.ShouldBe(uid, "links to the dashboard must hold");

        await home.DeleteAsync<Dashboard>("orders");
        await stack.Home.ShouldAllAsync<ConfigMap>(maps => Of(maps, uid).ShouldBeEmpty(), labels: Labels);

        static IEnumerable<ConfigMap> Of(IReadOnlyList<ConfigMap> maps, string uid) =>
            maps.Where(map => map.Data?.ContainsKey($"{uid}.json") == true);
    }

    [Fact]
    public async Task A_dashboard_in_a_config_map_is_taken_once_it_is_there()
    {
        await using var home = await stack.NamespaceAsync("dashmap");
        await home.ApplyAsync(
            """
            apiVersion: binnacle.dev/v1alpha1
            kind: Dashboard
            metadata: {name: later}
            spec: {configMapRef: {name: boards, key: later.json}}
            """
        );
        var waiting = await home.ShouldAsync<Dashboard>(
            "later",
            dashboard => dashboard.Now().Conditions.ShouldFail(ConditionTypes.Accepted, "ConfigMapNotFound")
        );
        waiting.Status!.Conditions.ShouldFail(ConditionTypes.Accepted).Message.ShouldContain("boards");
        await home.ApplyAsync(
            """
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: boards}
            data: {later.json: '{"title":"Later","panels":[]}'}
            """
        );
        await home.ShouldAsync<Dashboard>(
            "later",
            dashboard => dashboard.Now().Conditions.ShouldHold(ConditionTypes.Ready)
        );
    }

    [Fact]
    public async Task What_is_no_json_is_refused_and_others_go_on()
    {
        await using var home = await stack.NamespaceAsync("dashbad");
        await home.ApplyAsync(
            """
            apiVersion: binnacle.dev/v1alpha1
            kind: Dashboard
            metadata: {name: broken}
            spec: {json: '{"title": "Broken", }'}
            """
        );
        await home.ApplyAsync(Dashboard("whole", "Whole"));
        var broken = await home.ShouldAsync<Dashboard>(
            "broken",
            dashboard => dashboard.Now().Conditions.ShouldFail(ConditionTypes.Accepted)
        );
        Print(broken.Status!.Conditions.ShouldFail(ConditionTypes.Accepted).Message);
        broken.Status!.Conditions.ShouldFail(ConditionTypes.Accepted).Message.ShouldContain("spec.json");
        await home.ShouldAsync<Dashboard>(
            "whole",
            dashboard => dashboard.Now().Conditions.ShouldHold(ConditionTypes.Ready)
        );
    }

    private static string Dashboard(string name, string title) =>
        $$$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: Dashboard
            metadata: {name: {{{name}}}}
            spec:
              folder: Shop
              json: |
                {"id": 7, "title": "{{{title}}}", "panels": [
                  {"id": 1, "type": "timeseries", "title": "Rate", "targets": [{"refId": "A", "expr": "rate(orders_total[5m])"}]}]}
            """;
}
