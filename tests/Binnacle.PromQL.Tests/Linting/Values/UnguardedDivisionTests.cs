using Binnacle.PromQL.Linting.Values;

namespace Binnacle.PromQL.Tests.Linting.Values;

public sealed class UnguardedDivisionTests
{
    [Theory]
    [InlineData(
        "sum(rate(orders_failed_total[5m])) / sum(rate(http_requests_total[5m])) > 0.1",
        "expr:1:36: sum(rate(http_requests_total[5m])) can be 0, which makes the quotient infinite and the alert fire; add a guard: … and divisor > 0 (unguarded-division)"
    )]
    [InlineData(
        "queue_length / deployment_replicas > 5",
        "expr:1:14: deployment_replicas can be 0, which makes the quotient infinite and the alert fire; add a guard: … and divisor > 0 (unguarded-division)"
    )]
    [InlineData(
        "0.5 < rate(a_total[5m]) / rate(b_total[5m])",
        "expr:1:25: rate(b_total[5m]) can be 0, which makes the quotient infinite and the alert fire; add a guard: … and divisor > 0 (unguarded-division)"
    )]
    [InlineData(
        "100 * memory_bytes / sum by (pod) (container_memory_limit) > 90",
        "expr:1:20: sum by (pod) (container_memory_limit) can be 0, which makes the quotient infinite and the alert fire; add a guard: … and divisor > 0 (unguarded-division)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<UnguardedDivision>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("sum(rate(http_errors_total[5m])) / sum(rate(http_requests_total[5m])) > 0.1")]
    [InlineData("rate(a_total[5m]) / rate(b_total[5m]) < 0.5")]
    [InlineData("rate(a_total[5m]) / rate(b_total[5m]) > 0.5 and rate(b_total[5m]) > 0")]
    [InlineData("rate(a_total[5m]) / clamp_min(rate(b_total[5m]), 1) > 0.5")]
    [InlineData("x_bytes / y_bytes > 0.5")]
    [InlineData("queue_length / (deployment_replicas > 0) > 5")]
    [InlineData("node_entries / node_entries_limit > 0.8")]
    [InlineData("rate(a_total[5m]) / 60 > 1")]
    public void Stays_silent(string expression) => Linted.Find<UnguardedDivision>(expression).ShouldBeEmpty();
}
