using Binnacle.PromQL.Linting.Histograms;

namespace Binnacle.PromQL.Tests.Linting.Histograms;

public sealed class QuantileWithoutLeTests
{
    [Theory]
    [InlineData(
        "histogram_quantile(0.9, sum by (job) (rate(x_bucket[5m]))) > 1",
        "expr:1:29: histogram_quantile() needs the label le, and sum by (job) keeps only what it names; keep le: sum by (le, …) (histogram-quantile-without-le)"
    )]
    [InlineData(
        "histogram_quantile(0.9, sum(rate(x_bucket[5m]))) > 1",
        "expr:1:25: histogram_quantile() needs the label le, and sum() without by keeps no label; keep le: sum by (le, …) (histogram-quantile-without-le)"
    )]
    [InlineData(
        "histogram_quantile(0.9, sum without (le) (rate(x_bucket[5m]))) > 1",
        "expr:1:29: histogram_quantile() needs the label le, and sum without (le) removes it; keep le: sum by (le, …) (histogram-quantile-without-le)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<QuantileWithoutLe>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("histogram_quantile(0.9, sum by (job, le) (rate(x_bucket[5m]))) > 1")]
    [InlineData("histogram_quantile(0.9, sum without (instance) (rate(x_bucket[5m]))) > 1")]
    [InlineData("histogram_quantile(0.9, rate(x_bucket[5m])) > 1")]
    [InlineData("histogram_quantile(0.9, sum by (job) (rate(http_request_duration_seconds[5m]))) > 1")]
    public void Stays_silent(string expression) => Linted.Find<QuantileWithoutLe>(expression).ShouldBeEmpty();
}
