using System.Collections.Frozen;
using System.Net;
using Binnacle.Operator.Advice;
using Binnacle.Operator.Components;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.PromQL.Linting;

namespace Binnacle.Operator.Tests.Advice;

/// <summary>What is asked about a rule, and what is made of the answers.</summary>
public sealed class RuleAdvisorTests
{
    private static readonly StackKnowledge Knowledge = new(
        Make.Start,
        new[] { "http_requests_total", "up" }.ToFrozenSet(),
        KnowsAll: true,
        new Dictionary<string, MetricType>(),
        Make.Start.AddDays(-1)
    );

    private readonly FakeTransport _prometheus = new FakeTransport()
        .On("/api/v1/query?", Vector(3, 40))
        .On("/api/v1/query_range", Matrix());

    [Fact]
    public async Task A_metric_that_nobody_has_seen_is_told_with_its_neighbours()
    {
        var advice = await AdviseAsync("rate(http_request_total[5m]) > 1");

        advice
            .Doubts.ShouldHaveSingleItem()
            .ShouldBe(
                "no target and no rule has ever given the metric http_request_total; the nearest names are "
                    + "http_requests_total"
            );
        advice.IsPreliminary.ShouldBeTrue();
    }

    [Theory]
    [InlineData("absent(nothing)")]
    [InlineData("recorded:rate5m > 1")]
    [InlineData("ALERTS > 1")]
    [InlineData("up == 0")]
    [InlineData("nothing or up")]
    public async Task What_may_be_missing_is_no_doubt(string query) =>
        (await AdviseAsync(query)).Doubts.ShouldBeEmpty();

    [Fact]
    public async Task Of_more_metrics_than_can_be_known_none_is_missed() =>
        (await AdviseAsync("nothing > 1", Knowledge with { KnowsAll = false })).Doubts.ShouldBeEmpty();

    [Fact]
    public async Task The_cost_is_what_the_server_counts()
    {
        _prometheus.On("count(up{job=\"a\"})", Vector(7, 7)).On("count(sum by (x) (up{job=\"a\"}))", Vector(2, 7));

        var advice = await AdviseAsync("sum by (x) (up{job=\"a\"}) > 1");

        advice.Cost.ShouldBe(new QueryCost(7, 40, 2));
        _prometheus.Seen.ShouldAllBe(request => request.Contains("timeout=10s", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Dear_and_wide_queries_are_told_and_not_replayed()
    {
        _prometheus.On("/api/v1/query?", Vector(2000, 5_000_000));

        var advice = await AdviseAsync("up == 0");

        advice.Doubts.Count.ShouldBe(2);
        advice.Doubts[0].ShouldStartWith("each evaluation reads 5,000,000 samples of 2,000 series");
        advice.Doubts[1].ShouldStartWith("up to 2,000 alerts may fire at once");
        advice.Backtest.ShouldBeNull();
        _prometheus.Seen.ShouldNotContain(request => request.Contains("query_range", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_day_of_data_is_replayed_for_a_day()
    {
        var end = Make.Start.ToUnixTimeSeconds();
        _prometheus.On("/api/v1/query_range", Matrix(end - 600, end - 585, end - 570));

        var advice = await AdviseAsync("up == 0");

        advice.Backtest.ShouldBe(new BacktestResult(TimeSpan.FromDays(1), 1, TimeSpan.FromSeconds(30), null));
        _prometheus.Seen[^1].ShouldContain($"start={end - 86_400}&end={end}&step=18&");
        advice.Doubts.ShouldBeEmpty();
    }

    [Fact]
    public async Task With_too_little_data_it_is_worth_another_look_soon()
    {
        var young = Knowledge with { Oldest = Make.Start.AddMinutes(-1) };

        var advice = await AdviseAsync("up == 0", young);

        advice.Backtest.ShouldBeNull();
        advice.IsPreliminary.ShouldBeTrue();
        (await AdviseAsync("up == 0")).IsPreliminary.ShouldBeFalse();
    }

    [Fact]
    public async Task A_rule_that_would_fire_all_the_time_is_noise()
    {
        var end = Make.Start.ToUnixTimeSeconds();
        _prometheus.On(
            "/api/v1/query_range",
            Matrix([.. Enumerable.Range(1, 100).Select(i => end - 86_000 + (i * 600))])
        );

        var advice = await AdviseAsync("up == 0");

        advice.Doubts.ShouldHaveSingleItem().ShouldStartWith("it would have fired 100 times within 1d, for 0s");
    }

    [Fact]
    public async Task A_query_that_fails_is_told_in_the_servers_words()
    {
        _prometheus.On(
            "query=up == 0",
            """{"status":"error","errorType":"execution","error":"found duplicate series"}""",
            HttpStatusCode.UnprocessableEntity
        );

        (await AdviseAsync("up == 0")).Doubts.ShouldBe(["asked now, the query fails: found duplicate series"]);
    }

    [Theory]
    [InlineData(0.9, "0s")]
    [InlineData(75, "1m15s")]
    [InlineData(7205, "2h")]
    [InlineData(86_399, "23h59m")]
    [InlineData(604_800, "7d")]
    public void Times_are_shown_by_their_larger_units(double seconds, string text) =>
        RuleAdvisor.Duration(TimeSpan.FromSeconds(seconds)).ShouldBe(text);

    private Task<RuleAdvice> AdviseAsync(string query, StackKnowledge? knowledge = null) =>
        new RuleAdvisor(new PrometheusApi(_prometheus)).AdviseAsync(
            Make.Replica(),
            new AdvisedAlert(
                query,
                TimeSpan.Zero,
                TimeSpan.Zero,
                TimeSpan.FromSeconds(15),
                new HashSet<string> { "recorded:rate5m" }
            ),
            knowledge ?? Knowledge,
            new RuleAdvice(new IntentId("u", 1), Make.Start),
            TestContext.Current.CancellationToken
        );

    private static string Vector(int value, long samples) =>
        "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\""
        + value
        + "\"]}],\"stats\":{\"samples\":{\"totalQueryableSamples\":"
        + samples
        + "}}}}";

    private static string Matrix(params long[] times) =>
        "{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":["
        + (
            times.Length == 0
                ? ""
                : "{\"metric\":{},\"values\":[" + string.Join(',', times.Select(time => $"[{time},\"1\"]")) + "]}"
        )
        + "]}}";
}
