using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Counters;

namespace Binnacle.PromQL.Tests.Linting.Counters;

public sealed class CounterWithoutRateTests
{
    [Theory]
    [InlineData(
        "http_requests_total > 100",
        "expr:1:1: the counter http_requests_total only grows until its process restarts; wrap it in rate() or increase() over a range, such as [5m] (counter-without-rate)"
    )]
    [InlineData(
        "sum by (job) (errors_total) > 5",
        "expr:1:15: the counter errors_total only grows until its process restarts; wrap it in rate() or increase() over a range, such as [5m] (counter-without-rate)"
    )]
    [InlineData(
        "sum(errors_total) / 5 > 1",
        "expr:1:5: the counter errors_total only grows until its process restarts; wrap it in rate() or increase() over a range, such as [5m] (counter-without-rate)"
    )]
    [InlineData(
        """label_replace(errors_total, "a", "$1", "b", "(.*)") > 1""",
        "expr:1:15: the counter errors_total only grows until its process restarts; wrap it in rate() or increase() over a range, such as [5m] (counter-without-rate)"
    )]
    [InlineData(
        """avg(errors_total{job="a"}) > 3 and up == 1""",
        "expr:1:5: the counter errors_total only grows until its process restarts; wrap it in rate() or increase() over a range, such as [5m] (counter-without-rate)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<CounterWithoutRate>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("rate(http_requests_total[5m]) > 1")]
    [InlineData("absent(http_requests_total)")]
    [InlineData("count(http_requests_total) by (job) > 100")]
    [InlineData("up == 1 and http_requests_total")]
    [InlineData("up unless errors_total")]
    [InlineData("backups_total == 0")]
    [InlineData("errors_total - errors_total offset 5m > 0")]
    [InlineData("errors_total > errors_total offset 1h")]
    [InlineData("sum(errors_total) - sum(errors_total offset 5m) > 0")]
    [InlineData("disk_used / disk_total > 0.9")]
    [InlineData("nodes_total - nodes_ready > 0")]
    [InlineData("job:errors_total:sum > 4")]
    [InlineData("max_over_time(errors_total[1h]) > 1")]
    [InlineData("100 * ips_used / sum by (job) (ips_total > 0) > 80")]
    [InlineData("timestamp(errors_total) < 5")]
    [InlineData("errors_total unless errors_total offset 1h")]
    public void Stays_silent(string expression) => Linted.Find<CounterWithoutRate>(expression).ShouldBeEmpty();

    [Fact]
    public void A_name_alone_is_only_worth_a_look() =>
        Linted
            .Findings<CounterWithoutRate>(Linted.Expression("nodes_offline_total > 0"))
            .ShouldHaveSingleItem()
            .Severity.ShouldBe(LintSeverity.Info);

    [Fact]
    public void Metadata_makes_it_a_warning() =>
        Linted
            .Findings<CounterWithoutRate>(Linted.Expression("foo > 0"), Linted.WithTypes(("foo", MetricType.Counter)))
            .ShouldHaveSingleItem()
            .Severity.ShouldBe(LintSeverity.Warning);

    [Fact]
    public void Metadata_clears_a_gauge_with_the_name_of_a_counter() =>
        Linted
            .Find<CounterWithoutRate>("nodes_total > 5", change: Linted.WithTypes(("nodes_total", MetricType.Gauge)))
            .ShouldBeEmpty();

    [Fact]
    public void Both_sides_of_a_division_are_told() =>
        Linted.Find<CounterWithoutRate>("errors_total / requests_total > 0.1").Count.ShouldBe(2);
}
