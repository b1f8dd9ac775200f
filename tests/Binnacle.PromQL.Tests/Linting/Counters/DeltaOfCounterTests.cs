using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Counters;

namespace Binnacle.PromQL.Tests.Linting.Counters;

public sealed class DeltaOfCounterTests
{
    [Theory]
    [InlineData(
        "delta(http_requests_total[5m]) > 1",
        "expr:1:7: delta() of the counter http_requests_total takes a restart for a fall; use increase() (delta-of-counter)"
    )]
    [InlineData(
        "idelta(http_requests_total[5m]) > 1",
        "expr:1:8: idelta() of the counter http_requests_total takes a restart for a fall; use irate() (delta-of-counter)"
    )]
    [InlineData(
        "deriv(errors_total[1h]) > 0",
        "expr:1:7: deriv() of the counter errors_total takes a restart for a fall; use rate() (delta-of-counter)"
    )]
    [InlineData(
        "predict_linear(errors_total[1h], 3600) > 100",
        "expr:1:16: predict_linear() of the counter errors_total takes a restart for a fall; use rate() (delta-of-counter)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<DeltaOfCounter>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("increase(http_requests_total[5m]) > 1")]
    [InlineData("delta(temperature_celsius[5m]) > 1")]
    [InlineData("delta(job:errors_total:sum[5m]) > 1")]
    [InlineData("predict_linear(node_filesystem_free_bytes[1h], 3600) < 0")]
    public void Stays_silent(string expression) => Linted.Find<DeltaOfCounter>(expression).ShouldBeEmpty();

    [Fact]
    public void Believes_metadata() =>
        Linted
            .Find<DeltaOfCounter>("delta(foo[5m]) > 1", change: Linted.WithTypes(("foo", MetricType.Counter)))
            .ShouldBe([
                "expr:1:7: delta() of the counter foo takes a restart for a fall; use increase() (delta-of-counter)",
            ]);
}
