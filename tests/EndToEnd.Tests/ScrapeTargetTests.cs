using System.Text;
using System.Text.Json.Nodes;
using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>ScrapeTargets: what Prometheus reads, and what the status says of it.</summary>
[Collection(SharedStackTests.Name)]
public sealed class ScrapeTargetTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    /// <summary>Two scrapes and one evaluation of one second each, and what a slow machine adds.</summary>
    private static readonly TimeSpan Noticed = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task A_target_that_stops_is_told_with_its_error()
    {
        await using var home = await stack.NamespaceAsync("target");
        await using var one = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        await using var two = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        var first = await home.PublishAsync("one", one);
        var second = await home.PublishAsync("two", two);
        await home.ApplyAsync(Static("pair", first, second));
        var both = await home.ShouldAsync<ScrapeTarget>(
            "pair",
            target =>
            {
                target.Now().Conditions.ShouldHold(ConditionTypes.Ready);
                target.Now().Up.ShouldBe("2/2");
                target.Now().Samples.ShouldBe(2);
            }
        );
        both.Status!.LastError.ShouldBeNull();

        await two.StopAsync();
        var (broken, took) = await home.TimedAsync<ScrapeTarget>(
            "pair",
            target =>
            {
                target.Now().Up.ShouldBe("1/2");
                target.Now().LastError.ShouldNotBeNullOrEmpty();
            }
        );
        Print($"told {took.TotalSeconds:0.00} s after the target stopped: {broken.Status!.LastError}");
        broken.Status.Targets.ShouldNotBeNull()[0].Target.ShouldContain(second);
        broken.Status.Targets[0].Up.ShouldBeFalse();
        took.ShouldBeLessThan(Noticed);
    }

    [Fact]
    public async Task A_change_of_the_spec_reaches_the_series_and_a_deleted_target_goes()
    {
        await using var home = await stack.NamespaceAsync("relabel");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        site.Metrics = "kept_total 1\ndropped_total 2\n";
        var address = await home.PublishAsync("site", site);
        await home.ApplyAsync(Static("shop", address));
        await home.ShouldAsync<ScrapeTarget>("shop", target => target.Now().Samples.ShouldBe(2));

        await home.ApplyAsync(
            Static("shop", address) + "  job: renamed\n  dropMetrics: [dropped_.*]\n  labels: {team: a}\n"
        );
        await home.ShouldAsync<ScrapeTarget>("shop", target => target.Now().Samples.ShouldBe(1));
        var (series, _) = await Eventually.ShouldAsync(
            _ => stack.Components.QueryAsync($"{{__name__=~\"kept_total|dropped_total\", job=\"renamed\"}}"),
            found => found.ShouldHaveSingleItem(),
            found => string.Join('\n', found.Select(sample => sample.ToJsonString())),
            Cluster.Patience
        );
        ((string?)series[0]["metric"]!["team"]).ShouldBe("a");

        await home.DeleteAsync<ScrapeTarget>("shop");
        await Eventually.ShouldAsync(
            _ => stack.Components.TargetsAsync(),
            targets => targets.ShouldNotContain(target => ((string)target["scrapePool"]!).Contains(home.Name)),
            targets => string.Join('\n', targets.Select(target => (string?)target["scrapePool"])),
            Cluster.Patience
        );
    }

    [Fact]
    public async Task Endpoints_behind_services_are_found_with_no_more_rights_than_needed()
    {
        await using var home = await stack.NamespaceAsync("services");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        await home.PublishAsync("web", site, "{app: web}");
        await home.ApplyAsync(
            """
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: web}
            spec:
              services:
                selector: {matchLabels: {app: web}}
                port: http
            """
        );
        await home.ShouldAsync<ScrapeTarget>("web", target => target.Now().Up.ShouldBe("1/1"));
        var roles = await home.ListAsync<Role>();
        var rules = roles.ShouldHaveSingleItem().Rules.ShouldNotBeNull();
        rules.SelectMany(rule => rule.Verbs!).Distinct().Order().ShouldBe(["get", "list", "watch"]);

        await home.DeleteAsync<ScrapeTarget>("web");
        await home.ShouldAllAsync<Role>(found => found.ShouldBeEmpty("the right to look here goes with the target"));
        await home.ShouldAllAsync<RoleBinding>(found => found.ShouldBeEmpty());
    }

    [Fact]
    public async Task A_token_comes_from_its_secret_and_shows_up_nowhere_else()
    {
        const string Token = "s3cr3t-t0k3n-of-the-test";
        await using var home = await stack.NamespaceAsync("token");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        site.Token = Token;
        var address = await home.PublishAsync("site", site);
        await home.ApplyAsync(
            Static("guarded", address) + "  authorization: {bearerTokenRef: {name: api-token, key: token}}\n"
        );
        var refused = await home.ShouldAsync<ScrapeTarget>(
            "guarded",
            target => target.Now().Conditions.ShouldFail(ConditionTypes.Accepted, "SecretNotFound")
        );
        var words = refused.Status!.Conditions.ShouldFail(ConditionTypes.Accepted).Message;
        words.ShouldContain("spec.authorization.bearerTokenRef");
        words.ShouldContain("api-token");
        await home.ShouldAllAsync<Event>(events =>
            events.ShouldContain(e =>
                e.Regarding!.Name == "guarded" && e.Type == "Warning" && e.Note!.Contains("api-token")
            )
        );

        await home.ApplyAsync(
            $$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: api-token}
            stringData: {token: {{Token}}}
            """
        );
        await home.ShouldAsync<ScrapeTarget>(
            "guarded",
            target =>
            {
                target.Now().Conditions.ShouldHold(ConditionTypes.Ready);
                target.Now().Up.ShouldBe("1/1");
            }
        );

        var told = new StringBuilder();
        foreach (var place in new[] { home, stack.Home })
        {
            Tell(told, await place.ListAsync<ConfigMap>());
            Tell(told, await place.ListAsync<Event>());
            Tell(told, await place.ListAsync<ScrapeTarget>());
            Tell(told, await place.ListAsync<MonitoringStack>());
            Tell(told, await place.ListAsync<Pod>());
            Tell(told, await place.ListAsync<StatefulSet>());
        }

        told.AppendJoin('\n', Cluster.Operator.Log);
        var text = told.ToString();
        text.ShouldNotContain(Token);
        text.ShouldNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Token)));
    }

    private static void Tell<T>(StringBuilder text, IReadOnlyList<T> objects)
        where T : KubernetesObject =>
        text.AppendJoin('\n', objects.Select(value => Encoding.UTF8.GetString(value.ToUtf8Json())));

    private static string Static(string name, params string[] targets) =>
        $$$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: {{{name}}}}
            spec:
              static: {targets: {{{new JsonArray([
                .. targets.Select(target => JsonValue.Create(target)),
            ]).ToJsonString()}}}}

            """;
}
