using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Counters;

namespace Binnacle.PromQL.Tests.Linting.Counters;

public sealed class RateOfGaugeTests
{
    [Theory]
    [InlineData(
        "rate(node_filesystem_free_bytes[5m]) < 0",
        "expr:1:6: rate() of node_filesystem_free_bytes, which is a gauge, by its name; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)"
    )]
    [InlineData(
        "sum by (job) (irate(room_temperature_celsius[5m])) > 1",
        "expr:1:21: irate() of room_temperature_celsius, which is a gauge, by its name; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)"
    )]
    [InlineData(
        "increase(up[1h]) > 3",
        "expr:1:10: increase() of up, which is a gauge, by its name; use delta() for the change, or max_over_time() or avg_over_time() for the level (rate-of-gauge)"
    )]
    [InlineData(
        "resets(kube_pod_info[1h]) > 0",
        "expr:1:8: resets() of kube_pod_info, which is a gauge, by its name; use changes() (rate-of-gauge)"
    )]
    [InlineData(
        "rate(job:http_requests:rate5m[5m]) > 1",
        "expr:1:6: rate() of job:http_requests:rate5m, which is a rate already, by its name; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)"
    )]
    [InlineData(
        "rate((disk_used_ratio)[10m:1m]) > 0",
        "expr:1:7: rate() of disk_used_ratio, which is a gauge, by its name; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)"
    )]
    [InlineData(
        """rate({"disk_used_ratio"}[5m]) > 0""",
        "expr:1:6: rate() of disk_used_ratio, which is a gauge, by its name; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<RateOfGauge>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("rate(http_requests_total[5m]) > 1")]
    [InlineData("deriv(node_filesystem_free_bytes[1h]) < 0")]
    [InlineData("""rate(http_request_duration_seconds_bucket{le="1"}[5m]) > 1""")]
    [InlineData("rate(foo[5m]) > 1")]
    [InlineData("increase(job:http_requests:sum[5m]) > 1")]
    [InlineData("delta(room_temperature_celsius[5m]) > 1")]
    [InlineData("rate(pg_txid_current[1m]) < 5")]
    [InlineData("""rate({__name__=~".*_bytes"}[5m]) > 1""")]
    public void Stays_silent(string expression) => Linted.Find<RateOfGauge>(expression).ShouldBeEmpty();

    [Theory]
    [InlineData(MetricType.Gauge, 1)]
    [InlineData(MetricType.Info, 1)]
    [InlineData(MetricType.Counter, 0)]
    [InlineData(MetricType.Histogram, 0)]
    [InlineData(MetricType.Unknown, 0)]
    public void Believes_metadata(MetricType type, int findings) =>
        Linted.Find<RateOfGauge>("rate(foo[5m]) > 1", change: Linted.WithTypes(("foo", type))).Count.ShouldBe(findings);

    [Fact]
    public void Believes_metadata_more_than_a_name() =>
        Linted
            .Find<RateOfGauge>(
                "rate(disk_used_ratio[5m]) > 1",
                change: Linted.WithTypes(("disk_used_ratio", MetricType.Counter))
            )
            .ShouldBeEmpty();

    [Fact]
    public void Says_how_it_knows() =>
        Linted
            .Find<RateOfGauge>("rate(foo[5m]) > 1", change: Linted.WithTypes(("foo", MetricType.Gauge)))
            .ShouldBe([
                "expr:1:6: rate() of foo, which is a gauge; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)",
            ]);
}
