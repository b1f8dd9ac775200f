using Binnacle.PromQL.Analysis;

namespace Binnacle.PromQL.Tests.Analysis;

/// <summary>What a server can be asked about an expression.</summary>
public sealed class QueryShapeTests
{
    [Theory]
    [InlineData("rate(a_total[5m]) / on (job) b > 0.1", "a_total b")]
    [InlineData("{__name__=\"a\"} + {__name__=~\"b.*\"} + {\"c\"}", "a c")]
    [InlineData("absent(a)", "a?")]
    [InlineData("absent(a) and a", "a")]
    [InlineData("a or b", "a? b?")]
    [InlineData("sum(rate(a[5m] offset 1d)) unless avg_over_time(b[5m:1m])", "a b")]
    [InlineData("vector(1) > 5", "")]
    public void Metrics_it_reads(string expression, string metrics) =>
        string.Join(
                ' ',
                QueryShape.Of(expression)!.Metrics.Select(metric => metric.Name + (metric.MayBeMissing ? "?" : ""))
            )
            .ShouldBe(metrics);

    [Theory]
    [InlineData("rate(a{x=\"1\"}[5m] offset 1h) > a{x=\"1\"} @ 5", "a{x=\"1\"}")]
    [InlineData("a{} + a + {job=\"x\"}", "a{}|a|{job=\"x\"}")]
    public void Selectors_it_touches(string expression, string selectors) =>
        string.Join('|', QueryShape.Of(expression)!.Selectors).ShouldBe(selectors);

    [Theory]
    [InlineData("rate(a[5m]) > 0.1", "rate(a[5m])")]
    [InlineData("0.1 < rate(a[5m])", "rate(a[5m])")]
    [InlineData("(a > 5) and on () b == 1", "a")]
    [InlineData("a unless b", "a")]
    [InlineData("a > bool 5", "a > bool 5")]
    [InlineData("absent(a)", "absent(a)")]
    public void What_may_become_an_alert(string expression, string subject) =>
        QueryShape.Of(expression)!.Subject.ShouldBe(subject);

    [Fact]
    public void An_expression_with_errors_has_no_shape() => QueryShape.Of("a >").ShouldBeNull();
}
