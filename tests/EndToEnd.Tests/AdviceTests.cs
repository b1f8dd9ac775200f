using Binnacle.Api;
using EndToEnd.Tests.Harness;

namespace EndToEnd.Tests;

/// <summary>What a real Prometheus is asked about rules, and what their statuses say of it.</summary>
[Collection(SharedStackTests.Name)]
public sealed class AdviceTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    [Fact]
    public async Task A_metric_that_nobody_gives_is_told_with_the_nearest_name()
    {
        await using var home = await stack.NamespaceAsync("missing");
        await using var site = await TestSite.StartAsync(Cluster.HostAddress, Cancellation);
        site.Metrics = "# TYPE parcels_total counter\nparcels_total{shop=\"a\"} 5\n";
        var address = await home.PublishAsync("parcels", site);
        await home.ApplyAsync(
            $$$"""
            apiVersion: binnacle.dev/v1alpha1
            kind: ScrapeTarget
            metadata: {name: parcels}
            spec:
              static: {targets: ["{{{address}}}"]}
            """
        );
        await home.ShouldAsync<ScrapeTarget>("parcels", target => target.Status?.Up.ShouldBe("1/1"));
        await home.ApplyAsync(AlertRuleTests.Rule("stalled", "rate(parcel_total[1m]) > 5"));

        // It may be asked before the first scrape is to be found, and is asked again soon then.
        await home.ShouldAsync<AlertRule>(
            "stalled",
            rule =>
            {
                var words = rule.Now().Conditions.ShouldFail(ConditionTypes.ChecksPassed);
                words.Reason.ShouldBe("QueryAdvice");
                words.Message!.ShouldContain("parcel_total; the nearest names are parcels_total");
            }
        );
        await home.ShouldAsync<AlertRule>("stalled", StackManifests.IsLoaded);
    }

    [Fact]
    public async Task The_past_is_replayed_as_soon_as_there_is_one()
    {
        await using var home = await stack.NamespaceAsync("replayed");
        RuleBacktest? backtest = null;
        for (var attempt = 0; attempt < 30 && backtest is null; attempt++)
        {
            // Each change is looked at anew; a Prometheus that has just begun has no past.
            await home.ApplyAsync(AlertRuleTests.Rule("always", "vector(1) > 0", $"description: Try {attempt}."));
            var rule = await home.ShouldAsync<AlertRule>("always", rule => rule.Now().Cost.ShouldNotBeNull());
            rule.Status!.Cost.ShouldBe(
                new RuleCost
                {
                    Series = 0,
                    Samples = rule.Status.Cost!.Samples,
                    Alerts = 1,
                }
            );
            backtest = rule.Status.Backtest;
            if (backtest is null)
            {
                await Task.Delay(TimeSpan.FromSeconds(3), Cancellation);
            }
        }

        Print($"{backtest}");
        backtest.ShouldNotBeNull().WouldHaveFired.ShouldBe(1);
        backtest.Current.ShouldNotBeNull();
        backtest.Current.ShouldBe(backtest.Longest);
    }
}
