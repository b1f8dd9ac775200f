using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Windows;

namespace Binnacle.PromQL.Tests.Linting.Windows;

public sealed class RangeTooShortTests
{
    [Theory]
    [InlineData(
        "rate(x_total[1m]) > 1",
        "expr:1:14: rate() over 1m holds only 2 samples at a scrape interval of 30s; use at least 2m (range-too-short)"
    )]
    [InlineData(
        "increase(x_total[30s]) > 1",
        "expr:1:18: increase() over 30s holds one sample at a scrape interval of 30s; use at least 2m (range-too-short)"
    )]
    [InlineData(
        "rate(x_total[20s]) > 1",
        "expr:1:14: rate() over 20s holds no sample most of the time at a scrape interval of 30s; use at least 2m (range-too-short)"
    )]
    [InlineData(
        "max_over_time(x[10s]) > 1",
        "expr:1:17: max_over_time() over 10s holds no sample most of the time at a scrape interval of 30s; use at least 30s (range-too-short)"
    )]
    [InlineData(
        "rate(x_total[1m59s]) > 1",
        "expr:1:14: rate() over 1m59s holds only 3 samples at a scrape interval of 30s; use at least 2m (range-too-short)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<RangeTooShort>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("rate(x_total[2m]) > 1")]
    [InlineData("max_over_time(x[1m]) > 1")]
    [InlineData("rate(x_total[10s:1s]) > 1")]
    [InlineData("rate(x_total[1m] smoothed) > 1")]
    [InlineData("max_over_time(x[30s]) > 1")]
    [InlineData("rate(x_total[30s * 2]) > 1")]
    public void Stays_silent(string expression) => Linted.Find<RangeTooShort>(expression).ShouldBeEmpty();

    [Fact]
    public void Says_nothing_where_the_scrape_interval_is_not_known() =>
        Linted
            .Find<RangeTooShort>("rate(x_total[1s]) > 1", change: context => context with { ScrapeInterval = null })
            .ShouldBeEmpty();
}
