using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Alerts;

namespace Binnacle.PromQL.Tests.Linting.Alerts;

public sealed class AlertWithoutComparisonTests
{
    [Theory]
    [InlineData(
        "up",
        "expr:1:1: nothing is compared, so the alert fires for every series there is; compare the value, such as with > 0 (alert-without-comparison)"
    )]
    [InlineData(
        "sum by (job) (rate(errors_total[5m]))",
        "expr:1:1: nothing is compared, so the alert fires for every series there is; compare the value, such as with > 0 (alert-without-comparison)"
    )]
    [InlineData(
        "up == bool 0",
        "expr:1:4: with bool the comparison makes 0 and 1, and the alert fires on both; remove bool (alert-without-comparison)"
    )]
    [InlineData(
        "up == 0 or vector(0)",
        "expr:1:12: vector(0) always returns something, so the alert always fires; compare it, such as with > 0 (alert-without-comparison)"
    )]
    [InlineData(
        """kube_pod_status_phase{phase="Failed"}""",
        "expr:1:1: nothing is compared, so the alert fires for every series there is; compare the value, such as with > 0 (alert-without-comparison)"
    )]
    [InlineData(
        "sum(errors) or vector(0)",
        "expr:1:1: nothing is compared, so the alert fires for every series there is; compare the value, such as with > 0 (alert-without-comparison)"
    )]
    [InlineData(
        "a * on (job) group_left b",
        "expr:1:1: nothing is compared, so the alert fires for every series there is; compare the value, such as with > 0 (alert-without-comparison)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<AlertWithoutComparison>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("up == 0")]
    [InlineData("""absent(up{job="a"})""")]
    [InlineData("vector(1)")]
    [InlineData("1")]
    [InlineData("count(up == 0)")]
    [InlineData("errors_total unless errors_total offset 5m")]
    [InlineData("a and b > 1")]
    [InlineData("""ALERTS{alertname="A"}""")]
    [InlineData("""node_nic_info{duplex!="full"}""")]
    [InlineData("sum(a > 1) / sum(b)")]
    [InlineData("(time() - x) > 5 or absent(x)")]
    [InlineData("vector(time()) > 5")]
    public void Stays_silent(string expression) => Linted.Find<AlertWithoutComparison>(expression).ShouldBeEmpty();

    [Theory]
    [InlineData(LintUse.Recording)]
    [InlineData(LintUse.DashboardQuery)]
    public void Only_alerts_compare(LintUse use) => Linted.Find<AlertWithoutComparison>("up", use).ShouldBeEmpty();
}
