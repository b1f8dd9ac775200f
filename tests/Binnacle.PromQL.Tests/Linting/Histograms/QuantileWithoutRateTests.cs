using Binnacle.PromQL.Linting.Histograms;

namespace Binnacle.PromQL.Tests.Linting.Histograms;

public sealed class QuantileWithoutRateTests
{
    [Theory]
    [InlineData(
        "histogram_quantile(0.9, http_request_duration_seconds_bucket) > 1",
        "expr:1:25: histogram_quantile() of all observations since each process started; take rate() of the buckets over a range, such as [5m] (histogram-quantile-without-rate)"
    )]
    [InlineData(
        "histogram_quantile(0.9, sum by (le) (http_request_duration_seconds_bucket)) > 1",
        "expr:1:38: histogram_quantile() of all observations since each process started; take rate() of the buckets over a range, such as [5m] (histogram-quantile-without-rate)"
    )]
    [InlineData(
        "histogram_fraction(0, 1, sum by (le) (http_request_duration_seconds_bucket)) < 0.9",
        "expr:1:39: histogram_fraction() of all observations since each process started; take rate() of the buckets over a range, such as [5m] (histogram-quantile-without-rate)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<QuantileWithoutRate>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 1")]
    [InlineData("histogram_quantile(0.9, increase(x_bucket[5m])) > 1")]
    [InlineData("histogram_quantile(0.9, job_le:x_bucket:rate5m) > 1")]
    [InlineData("histogram_quantile(0.9, sum by (le) (x_bucket - x_bucket offset 5m)) > 1")]
    [InlineData("""x_bucket{le="1"} > 5""")]
    public void Stays_silent(string expression) => Linted.Find<QuantileWithoutRate>(expression).ShouldBeEmpty();
}
