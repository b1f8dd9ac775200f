using Binnacle.PromQL.Analysis;

namespace Binnacle.PromQL.Tests.Analysis;

/// <summary>Names like one that nobody has seen.</summary>
public sealed class NearMetricsTests
{
    private static readonly string[] Known =
    [
        "go_goroutines",
        "http_request_duration_seconds_bucket",
        "http_requests_in_flight",
        "http_requests_total",
        "node_cpu_seconds_total",
        "process_cpu_seconds_total",
        "up",
    ];

    [Theory]
    [InlineData("http_request_total", "http_requests_total")]
    [InlineData("http_requets_total", "http_requests_total")]
    [InlineData("requests_total", "http_requests_total")]
    [InlineData("cpu_seconds_total", "node_cpu_seconds_total process_cpu_seconds_total")]
    [InlineData("http_request_duration_second_bucket", "http_request_duration_seconds_bucket")]
    [InlineData("completely_else", "")]
    [InlineData("ip", "")]
    [InlineData("", "")]
    [InlineData("___", "")]
    public void The_nearest_come_first(string name, string near) =>
        string.Join(' ', NearMetrics.Of(name, Known)).ShouldBe(near);
}
