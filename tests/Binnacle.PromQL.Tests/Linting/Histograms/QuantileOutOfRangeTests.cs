using Binnacle.PromQL.Linting.Histograms;

namespace Binnacle.PromQL.Tests.Linting.Histograms;

public sealed class QuantileOutOfRangeTests
{
    [Theory]
    [InlineData(
        "histogram_quantile(95, rate(x_bucket[5m])) > 1",
        "expr:1:20: histogram_quantile() of 95 is always +Inf; write 0.95 (quantile-out-of-range)"
    )]
    [InlineData(
        "quantile(99.9, x) > 1",
        "expr:1:10: quantile() of 99.9 is always +Inf; write 0.999 (quantile-out-of-range)"
    )]
    [InlineData(
        "quantile_over_time(-0.5, x[5m]) > 1",
        "expr:1:20: quantile_over_time() of -0.5 is always -Inf; write a number from 0 to 1 (quantile-out-of-range)"
    )]
    [InlineData(
        "quantile(1000, x) > 1",
        "expr:1:10: quantile() of 1000 is always +Inf; write a number from 0 to 1 (quantile-out-of-range)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<QuantileOutOfRange>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("histogram_quantile(0.95, rate(x_bucket[5m])) > 1")]
    [InlineData("quantile(1, x) > 1")]
    [InlineData("quantile_over_time(0, x[5m]) > 1")]
    [InlineData("quantile(scalar(q), x) > 1")]
    public void Stays_silent(string expression) => Linted.Find<QuantileOutOfRange>(expression).ShouldBeEmpty();
}
