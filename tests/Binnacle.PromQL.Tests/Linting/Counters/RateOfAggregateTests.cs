using Binnacle.PromQL.Linting.Counters;

namespace Binnacle.PromQL.Tests.Linting.Counters;

public sealed class RateOfAggregateTests
{
    [Theory]
    [InlineData(
        "rate(sum by (job) (requests_total)[5m:1m]) > 1",
        "expr:1:1: rate() of sum() takes the restart of one process for that of all; take rate() first: sum(rate(…)) (rate-of-aggregate)"
    )]
    [InlineData(
        "increase(avg(requests_total)[1h:]) > 1",
        "expr:1:1: increase() of avg() takes the restart of one process for that of all; take increase() first: avg(increase(…)) (rate-of-aggregate)"
    )]
    [InlineData(
        "rate(rate(requests_total[5m])[1h:1m]) > 0",
        "expr:1:1: rate() of rate(), whose result goes up and down; use avg_over_time() or max_over_time() over the subquery (rate-of-aggregate)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<RateOfAggregate>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("sum by (job) (rate(requests_total[5m])) > 1")]
    [InlineData("max_over_time(sum(rate(requests_total[5m]))[1h:1m]) > 1")]
    [InlineData("rate(requests_total[5m:1m]) > 1")]
    [InlineData("increase(count(up)[1h:]) > 1")]
    public void Stays_silent(string expression) => Linted.Find<RateOfAggregate>(expression).ShouldBeEmpty();
}
