using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Histograms;

namespace Binnacle.PromQL.Tests.Linting.Histograms;

public sealed class QuantileOfNonBucketTests
{
    [Theory]
    [InlineData(
        "histogram_quantile(0.9, rate(http_request_duration_seconds_sum[5m])) > 1",
        "expr:1:30: histogram_quantile() of http_request_duration_seconds_sum, which is one number of a histogram; use the buckets, a metric that ends in _bucket, or a native histogram (histogram-quantile-non-bucket)"
    )]
    [InlineData(
        "histogram_quantile(0.9, sum by (le) (rate(http_requests_total[5m]))) > 1",
        "expr:1:43: histogram_quantile() of http_requests_total, which is a counter; use the buckets, a metric that ends in _bucket, or a native histogram (histogram-quantile-non-bucket)"
    )]
    [InlineData(
        "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds[5m]))) > 1",
        "expr:1:43: histogram_quantile() of http_request_duration_seconds, which has no buckets by its name, though le is kept; use the buckets, a metric that ends in _bucket, or a native histogram (histogram-quantile-non-bucket)"
    )]
    [InlineData(
        "histogram_quantile(0.9, rate(x_count[5m])) > 1",
        "expr:1:30: histogram_quantile() of x_count, which is one number of a histogram; use the buckets, a metric that ends in _bucket, or a native histogram (histogram-quantile-non-bucket)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<QuantileOfNonBucket>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) > 1")]
    [InlineData("histogram_quantile(0.9, rate(http_request_duration_seconds[5m])) > 1")]
    [InlineData(
        "histogram_quantile(0.9, sum by (instance, le) (rate(x_bucket[5m])) * on (instance) group_left (node) max by (instance, node) (node_name_info)) > 1"
    )]
    [InlineData("histogram_quantile(0.9, job_le:x:rate5m) > 1")]
    [InlineData("histogram_quantile(0.9, rate(x_bucket[5m])) > 1 and rate(x_count[5m]) > 1")]
    public void Stays_silent(string expression) => Linted.Find<QuantileOfNonBucket>(expression).ShouldBeEmpty();

    [Theory]
    [InlineData("histogram_quantile(0.9, rate(foo[5m])) > 1", MetricType.Summary, 1)]
    [InlineData("histogram_quantile(0.9, foo) > 1", MetricType.Gauge, 1)]
    [InlineData("histogram_quantile(0.9, rate(foo[5m])) > 1", MetricType.Histogram, 0)]
    [InlineData("histogram_quantile(0.9, rate(foo_bucket[5m])) > 1", MetricType.Histogram, 0)]
    public void Believes_metadata(string expression, MetricType type, int findings) =>
        Linted.Find<QuantileOfNonBucket>(expression, change: Linted.WithTypes(("foo", type))).Count.ShouldBe(findings);
}
