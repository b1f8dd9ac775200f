using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>Wrong input: who refuses it, with which words, and that nobody else suffers.</summary>
[Collection(SharedStackTests.Name)]
public sealed class WrongInputTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    [Theory]
    [InlineData("AlertRule", "{expr: up == 0, for: 5 minutes}", "spec.for", "must be a Prometheus duration")]
    [InlineData("AlertRule", "{expr: up == 0, severity: Urgent}", "spec.severity", "Unsupported value: \"Urgent\"")]
    [InlineData("AlertRule", "{for: 5m}", "spec.expr", "Required value")]
    [InlineData("ScrapeTarget", "{}", "spec", "give exactly one of services, pods, static, dns and http")]
    [InlineData("ScrapeTarget", "{static: {targets: ['a:1']}, path: metrics}", "spec.path", "should match '^/'")]
    [InlineData(
        "HealthProbe",
        "{type: TCP, targets: ['a:1'], http: {}}",
        "spec",
        "http holds options of type HTTP only"
    )]
    [InlineData("HealthProbe", "{type: PING, targets: [a]}", "spec.type", "Unsupported value: \"PING\"")]
    [InlineData("Dashboard", "{folder: a}", "spec", "give exactly one of json, gzipJson and configMapRef")]
    [InlineData(
        "MonitoringStack",
        "{metrics: {scrapeInterval: fast}}",
        "spec.metrics.scrapeInterval",
        "must be a Prometheus duration"
    )]
    [InlineData(
        "MonitoringStack",
        "{alerting: {channels: [{name: a}]}}",
        "spec.alerting.channels[0]",
        "give exactly one of pagerDuty, slack, email and webhook"
    )]
    public async Task The_schema_refuses_at_admission(string kind, string spec, string field, string words)
    {
        await using var home = await TestNamespace.CreateAsync(Cluster, "admission");
        var message = await home.RefusalAsync(
            $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: {{kind}}
            metadata: {name: wrong}
            spec: {{spec}}
            """
        );
        message.ShouldContain(field);
        message.ShouldContain(words);
    }

    [Fact]
    public async Task The_uid_of_a_dashboard_stays()
    {
        await using var home = await TestNamespace.CreateAsync(Cluster, "uid");
        await home.ApplyAsync(Dashboard("one"));
        (await home.RefusalAsync(Dashboard("two"))).ShouldContain("uid cannot be changed");

        static string Dashboard(string uid) =>
            $$"""
                apiVersion: binnacle.dev/v1alpha1
                kind: Dashboard
                metadata: {name: fixed}
                spec: {uid: {{uid}}, json: '{"title":"Fixed"}'}
                """;
    }

    [Theory]
    [InlineData("AlertRule", "{expr: 'sum(', severity: Info}", "spec.expr")]
    [InlineData("AlertRule", "{expr: up == 0, labels: {'bad-name': x}}", "bad-name")]
    [InlineData("AlertRule", "{expr: up == 0, summary: '{{ $labels.x '}", "spec.summary")]
    [InlineData("ScrapeTarget", "{static: {targets: ['http://a:1/metrics']}}", "spec.static.targets")]
    [InlineData("ScrapeTarget", "{static: {targets: ['a:1']}, dropMetrics: ['(']}", "spec.dropMetrics")]
    [InlineData("ScrapeTarget", "{static: {targets: ['a:1']}, interval: 10s, timeout: 20s}", "spec.timeout")]
    [InlineData("HealthProbe", "{type: HTTP, targets: ['not a url']}", "spec.targets")]
    [InlineData(
        "HealthProbe",
        "{type: HTTP, targets: ['http://a/'], http: {bodyMatches: ['(']}}",
        "spec.http.bodyMatches"
    )]
    [InlineData("Dashboard", "{json: 'not json'}", "spec.json")]
    public async Task The_operator_refuses_what_the_schema_cannot_see(string kind, string spec, string field)
    {
        await using var home = await stack.NamespaceAsync("refused");
        await home.ApplyAsync(
            $$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: {{kind}}
            metadata: {name: wrong}
            spec: {{spec}}
            """
        );
        var condition = kind switch
        {
            "AlertRule" => (await home.ShouldAsync<AlertRule>("wrong", r => Refused(r.Now()))).Status!.Conditions,
            "ScrapeTarget" => (await home.ShouldAsync<ScrapeTarget>("wrong", r => Refused(r.Now()))).Status!.Conditions,
            "HealthProbe" => (await home.ShouldAsync<HealthProbe>("wrong", r => Refused(r.Now()))).Status!.Conditions,
            _ => (await home.ShouldAsync<Dashboard>("wrong", r => Refused(r.Now()))).Status!.Conditions,
        };
        var accepted = condition.ShouldFail(ConditionTypes.Accepted);
        Print($"{accepted.Reason}: {accepted.Message}");
        accepted.Message.ShouldContain(field);
        condition.ShouldFail(ConditionTypes.Ready);
        await home.ShouldAllAsync<Event>(events =>
            events.ShouldContain(e => e.Regarding!.Name == "wrong" && e.Type == "Warning")
        );
        await stack.Home.ShouldAsync<MonitoringStack>(stack.Stack.Name, StackManifests.IsReady);

        static void Refused(ResourceStatus status) => status.Conditions.ShouldFail(ConditionTypes.Accepted);
    }
}
