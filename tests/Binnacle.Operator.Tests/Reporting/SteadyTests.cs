using Binnacle.Operator.Reporting;

namespace Binnacle.Operator.Tests.Reporting;

public sealed class SteadyTests
{
    [Theory]
    [InlineData(null, 0.12, "120ms")]
    [InlineData("120ms", 0.125, "120ms")]
    [InlineData("120ms", 0.151, "151ms")]
    [InlineData("5ms", 0.024, "5ms")]
    [InlineData("5ms", 0.026, "26ms")]
    [InlineData("12s", 14.9, "12s")]
    [InlineData("12s", 15.1, "15s")]
    [InlineData("9000ms", 12.0, "12s")]
    [InlineData("120ms", null, null)]
    [InlineData("", 0.12, "120ms")]
    [InlineData("s", 0.12, "120ms")]
    [InlineData("nonsense", 0.0001, "1ms")]
    public void Latency(string? before, double? seconds, string? expected) =>
        Steady.Latency(before, seconds).ShouldBe(expected);

    [Theory]
    [InlineData(null, 10L, 10L)]
    [InlineData(100L, 110L, 100L)]
    [InlineData(100L, 111L, 111L)]
    [InlineData(100L, 90L, 100L)]
    [InlineData(5L, 6L, 6L)]
    [InlineData(0L, 1L, 1L)]
    [InlineData(100L, null, null)]
    public void Count(long? before, long? now, long? expected) => Steady.Count(before, now).ShouldBe(expected);

    [Theory]
    [InlineData(null, "0.123456789", "0.1235")]
    [InlineData("0.1235", "0.13", "0.1235")]
    [InlineData("0.1235", "0.2", "0.2")]
    [InlineData("-2", "-2.1", "-2")]
    [InlineData("0", "0", "0")]
    [InlineData("0", "1e-9", "1E-09")]
    [InlineData("1", "+Inf", "+Inf")]
    [InlineData("NaN", "NaN", "NaN")]
    [InlineData("1.235E+05", "123456", "1.235E+05")]
    public void Value(string? before, string now, string expected) => Steady.Value(before, now).ShouldBe(expected);

    [Theory]
    [InlineData(
        "Get \"http://api:8080/metrics\": read tcp 10.0.0.5:50842->10.0.0.7:8080: read: connection reset by peer",
        "Get \"http://api:8080/metrics\": read tcp 10.0.0.5->10.0.0.7:8080: read: connection reset by peer"
    )]
    [InlineData(
        "dial tcp: lookup api on [fd00::a]:53: read udp [fd00::5%eth0]:41234->[fd00::a]:53: i/o timeout",
        "dial tcp: lookup api on [fd00::a]:53: read udp [fd00::5%eth0]->[fd00::a]:53: i/o timeout"
    )]
    [InlineData(
        "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-11-21T22:58:36Z is after 2026-01-01T00:00:00Z",
        "tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time is after 2026-01-01T00:00:00Z"
    )]
    [InlineData(
        "Get \"http://x\": context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        "Get \"http://x\": context deadline exceeded"
    )]
    [InlineData(
        "CrashLoopBackOff: back-off 1m20s restarting failed container=prometheus",
        "CrashLoopBackOff: back-off restarting failed container=prometheus"
    )]
    [InlineData(
        "dial tcp 10.0.0.7:8080: connect: connection refused",
        "dial tcp 10.0.0.7:8080: connect: connection refused"
    )]
    [InlineData(
        "server returned HTTP status 503 Service Unavailable",
        "server returned HTTP status 503 Service Unavailable"
    )]
    [InlineData("", "")]
    public void Words_that_change_each_time_are_left_out_and_no_others(string text, string expected)
    {
        Steady.Words(text).ShouldBe(expected);
        Steady.Words(expected).ShouldBe(expected);
    }
}
