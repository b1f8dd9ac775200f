using Binnacle.PromQL.Linting.Matching;

namespace Binnacle.PromQL.Tests.Linting.Matching;

public sealed class JoinMultipliesTests
{
    [Theory]
    [InlineData(
        "sum by (job, pod) (a) / on (job) sum by (job) (b) > 1",
        "expr:1:23: the left side has a series for each pod, and on (job) does not tell them apart, so the query fails when there are two; add group_left (…), or aggregate pod away (join-many-to-many)"
    )]
    [InlineData(
        "a * on (job) group_left sum by (job, pod) (b) > 1",
        "expr:1:3: the right side has a series for each pod, and on (job) group_left () does not tell them apart, so the query fails when there are two; aggregate pod away on the right side, or match on it (join-many-to-many)"
    )]
    [InlineData(
        "sum by (job) (a) / ignoring (pod) sum by (job, pod) (b) > 1",
        "expr:1:18: the right side has a series for each pod, and ignoring (pod) does not tell them apart, so the query fails when there are two; add group_right (…), or aggregate pod away (join-many-to-many)"
    )]
    [InlineData(
        "a / on () group_left () sum(rate(b_total[5m])) by (instance) > 1",
        "expr:1:3: the right side has a series for each instance, and on () group_left () does not tell them apart, so the query fails when there are two; aggregate instance away on the right side, or match on it (join-many-to-many)"
    )]
    [InlineData(
        "max by (job, pod) (a) > on (job) group_right b",
        "expr:1:23: the left side has a series for each pod, and on (job) group_right () does not tell them apart, so the query fails when there are two; aggregate pod away on the left side, or match on it (join-many-to-many)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<JoinMultiplies>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("sum by (job, pod) (a) / on (job) group_left sum by (job) (b) > 1")]
    [InlineData("a * on (pod) group_left (node) max by (pod, node) (b) > 1")]
    [InlineData("a * on (pod) b > 1")]
    [InlineData("sum by (job) (a) / sum by (job) (b) > 1")]
    [InlineData("a and on (job) sum by (job, pod) (b) > 1")]
    [InlineData("a * on (pod) group_left topk by (pod) (1, max by (pod, node) (b)) > 1")]
    [InlineData("""sum by (job, pod) (a{pod="x"}) / on (job) sum by (job) (b) > 1""")]
    public void Stays_silent(string expression) => Linted.Find<JoinMultiplies>(expression).ShouldBeEmpty();
}
