using Binnacle.PromQL.Linting.Labels;

namespace Binnacle.PromQL.Tests.Linting.Labels;

public sealed class GroupedByLostLabelTests
{
    [Theory]
    [InlineData(
        "sum by (pod) (sum by (job) (a)) > 1",
        "expr:1:5: by (pod) has no effect, as sum by (job) keeps only what it names; keep pod there, or remove it here (grouped-by-lost-label)"
    )]
    [InlineData(
        "max by (instance) (sum without (instance) (a)) > 1",
        "expr:1:5: by (instance) has no effect, as sum without (instance) removes it; keep instance there, or remove it here (grouped-by-lost-label)"
    )]
    [InlineData(
        "sum by (le) (histogram_quantile(0.9, rate(x_bucket[5m]))) > 1",
        "expr:1:5: by (le) has no effect, as histogram_quantile() uses up le; keep le there, or remove it here (grouped-by-lost-label)"
    )]
    [InlineData(
        "count by (__name__) (rate(x_total[5m])) > 1",
        "expr:1:7: by (__name__) has no effect, as rate() drops the metric name; keep __name__ there, or remove it here (grouped-by-lost-label)"
    )]
    [InlineData(
        "sum by (team) (a * on (job) b) > 1",
        "expr:1:5: by (team) has no effect, as * on (job) keeps only what it names; keep team there, or remove it here (grouped-by-lost-label)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<GroupedByLostLabel>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("sum by (job) (sum by (job, pod) (a)) > 1")]
    [InlineData("sum by (team) (a * on (job) group_left (team) b) > 1")]
    [InlineData("""count by (__name__) ({__name__=~"a_.+"}) > 1""")]
    [InlineData("sum without (pod) (sum by (job) (a)) > 1")]
    [InlineData("""sum by (x) (label_replace(sum by (job) (a), "x", "$1", "job", "(.*)")) > 1""")]
    public void Stays_silent(string expression) => Linted.Find<GroupedByLostLabel>(expression).ShouldBeEmpty();
}
