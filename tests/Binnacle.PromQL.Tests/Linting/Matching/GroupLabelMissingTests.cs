using Binnacle.PromQL.Linting.Matching;

namespace Binnacle.PromQL.Tests.Linting.Matching;

public sealed class GroupLabelMissingTests
{
    [Theory]
    [InlineData(
        "a * on (job) group_left (team) sum by (job) (b) > 1",
        "expr:1:3: group_left takes team from the right side, which lacks it, as sum by (job) keeps only what it names; keep team there (group-label-missing)"
    )]
    [InlineData(
        "sum(b) * on () group_right (team) a > 1",
        "expr:1:8: group_right takes team from the left side, which lacks it, as sum() without by keeps no label; keep team there (group-label-missing)"
    )]
    [InlineData(
        "a * on (job) group_left (__name__) (b + c) > 1",
        "expr:1:3: group_left takes __name__ from the right side, which lacks it, as + drops the metric name; keep __name__ there (group-label-missing)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<GroupLabelMissing>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("a * on (job) group_left (team) b > 1")]
    [InlineData("a * on (job) group_left (team) max by (job, team) (b) > 1")]
    [InlineData("a * on (job) group_left sum by (job) (b) > 1")]
    public void Stays_silent(string expression) => Linted.Find<GroupLabelMissing>(expression).ShouldBeEmpty();
}
