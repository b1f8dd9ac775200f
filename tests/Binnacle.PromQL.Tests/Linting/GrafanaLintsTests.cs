using Binnacle.PromQL.Grafana;
using Binnacle.PromQL.Linting;

namespace Binnacle.PromQL.Tests.Linting;

public sealed class GrafanaLintsTests
{
    [Theory]
    [InlineData(
        "rate(${metric}_ratio{job=\"$job\"}[$__rate_interval]) + rate(room_temperature_celsius[5m])",
        "panel \"Disks\":1:60: rate() of room_temperature_celsius, which is a gauge, by its name; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)"
    )]
    [InlineData(
        "sum by ($group) (rate(disk_used_ratio{job=\"$job\"}[$__rate_interval]))",
        "panel \"Disks\":1:23: rate() of disk_used_ratio, which is a gauge, by its name; use deriv() for the trend, or avg_over_time() for the level (rate-of-gauge)"
    )]
    [InlineData(
        "up{service=\"$service\", job=~\"api\"}",
        "panel \"Disks\":1:24: \"api\" matches one string only, as a whole; write job=\"api\", or \".*api.*\" if a part of it is meant (regex-plain-string)"
    )]
    [InlineData(
        "${metric}_x / 2 + sum by (pod) (sum by (job) (up))",
        "panel \"Disks\":1:23: by (pod) has no effect, as sum by (job) keeps only what it names; keep pod there, or remove it here (grouped-by-lost-label)"
    )]
    public void Findings_stand_where_the_query_was_written(string query, string finding) =>
        Check(query).Select(found => found.ToString()).ShouldBe([finding]);

    [Theory]
    [InlineData("up{job=\"$job\", job=\"api\"}")]
    [InlineData("up{job=~\"$job\"}")]
    [InlineData("rate(http_requests_total[$__rate_interval])")]
    [InlineData("rate(http_requests_total[$interval])")]
    [InlineData("sum by ($group) (sum by (job) (up))")]
    [InlineData("up > $threshold")]
    [InlineData("a{x=\"$a\"} + b{x=\"c\"}")]
    [InlineData("topk($top, up)")]
    [InlineData("rate(")]
    public void What_a_variable_may_make_right_is_not_told(string query) => Check(query).ShouldBeEmpty();

    private static IReadOnlyList<LintFinding> Check(string query) =>
        GrafanaLints.Check(
            GrafanaQuery.Read(query),
            new LintSource("panel \"Disks\"", query),
            context => context with { ScrapeInterval = TimeSpan.FromSeconds(30) }
        );
}
