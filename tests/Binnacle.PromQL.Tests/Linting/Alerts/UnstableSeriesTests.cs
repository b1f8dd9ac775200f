using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Alerts;

namespace Binnacle.PromQL.Tests.Linting.Alerts;

public sealed class UnstableSeriesTests
{
    [Theory]
    [InlineData(
        "topk(3, errors) > 1",
        "expr:1:1: topk() picks other series at each evaluation, so alerts come and go and for starts anew; compare all series, or aggregate them with max by (…) (unstable-series)"
    )]
    [InlineData(
        "topk(5, rate(errors_total[5m]) > 1)",
        "expr:1:1: topk() picks other series at each evaluation, so alerts come and go and for starts anew; compare all series, or aggregate them with max by (…) (unstable-series)"
    )]
    [InlineData(
        "limitk(1, up) == 0",
        "expr:1:1: limitk() picks other series at each evaluation, so alerts come and go and for starts anew; compare all series, or aggregate them with max by (…) (unstable-series)"
    )]
    [InlineData(
        "bottomk by (job) (2, x) < 1 and up == 1",
        "expr:1:1: bottomk() picks other series at each evaluation, so alerts come and go and for starts anew; compare all series, or aggregate them with max by (…) (unstable-series)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<UnstableSeries>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("count(topk(3, errors)) > 1")]
    [InlineData("topk by (pod) (1, x) > 1")]
    [InlineData("x * on (pod) group_left (node) topk(1, pod_info) > 1")]
    [InlineData("max by (job) (topk(3, x)) > 1")]
    [InlineData("x > scalar(topk(1, y))")]
    [InlineData("x and topk(1, y) > 3")]
    public void Stays_silent(string expression) => Linted.Find<UnstableSeries>(expression).ShouldBeEmpty();

    [Fact]
    public void A_dashboard_may_show_the_top() =>
        Linted.Find<UnstableSeries>("topk(3, errors)", LintUse.DashboardQuery).ShouldBeEmpty();
}
