using Binnacle.PromQL.Linting.Selectors;

namespace Binnacle.PromQL.Tests.Linting.Selectors;

public sealed class WideSelectorTests
{
    [Theory]
    [InlineData(
        """{job="api"} > 0""",
        """expr:1:1: {job="api"} reads every metric of all targets that it matches; name the metric (wide-selector)"""
    )]
    [InlineData(
        """count by (__name__) ({__name__=~".+"}) > 1000""",
        """expr:1:22: {__name__=~".+"} reads every metric of all targets that it matches; name the metric (wide-selector)"""
    )]
    [InlineData(
        """sum({__name__!="x", job="a"}) > 1""",
        """expr:1:5: {__name__!="x", job="a"} reads every metric of all targets that it matches; name the metric (wide-selector)"""
    )]
    [InlineData(
        """count({__name__=~".*_total"}) > 1""",
        """expr:1:7: {__name__=~".*_total"} reads every metric of all targets that it matches; name the metric (wide-selector)"""
    )]
    public void Hits(string expression, string finding) => Linted.Find<WideSelector>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("up > 1")]
    [InlineData("""{__name__="up"} == 0""")]
    [InlineData("""{"up"} == 0""")]
    [InlineData("""sum({__name__=~"node_cpu.*"}) > 1""")]
    [InlineData("""{__name__=~"(a|b)_total"} > 1""")]
    [InlineData("""info(up, {k8s_cluster_name="a"}) == 0""")]
    public void Stays_silent(string expression) => Linted.Find<WideSelector>(expression).ShouldBeEmpty();
}
