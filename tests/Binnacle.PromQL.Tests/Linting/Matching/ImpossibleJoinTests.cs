using Binnacle.PromQL.Linting.Matching;

namespace Binnacle.PromQL.Tests.Linting.Matching;

public sealed class ImpossibleJoinTests
{
    [Theory]
    [InlineData(
        "sum(a) / b > 1",
        "expr:1:8: / finds no partners: the left side has no job, as sum() without by keeps no label; match with on (…) or ignoring (job), or keep the same labels on both sides (impossible-join)"
    )]
    [InlineData(
        "sum by (job) (a) / sum by (instance) (b) > 1",
        "expr:1:18: / finds no partners: the right side has no job, as sum by (instance) keeps only what it names; match with on (…) or ignoring (job), or keep the same labels on both sides (impossible-join)"
    )]
    [InlineData(
        """a{x="1"} + a{x="2"} > 1""",
        """expr:1:10: + finds no partners: x is "1" on the left and "2" on the right; match with on (…) or ignoring (x), or keep the same labels on both sides (impossible-join)"""
    )]
    [InlineData(
        "a and sum by (job) (b) > 1",
        "expr:1:3: and finds no partners: the right side has no instance, as sum by (job) keeps only what it names; match with on (…) or ignoring (instance), or keep the same labels on both sides (impossible-join)"
    )]
    [InlineData(
        "sum by (job) (a) * on (pod) c > 1",
        "expr:1:18: * finds no partners: the left side has no pod, as sum by (job) keeps only what it names; remove pod from on (…), or keep it on both sides (impossible-join)"
    )]
    [InlineData(
        """a{zone="x"} / on (zone) b{zone=""} > 1""",
        "expr:1:13: / finds no partners: the right side has no zone, as the selector asks for series without it; remove zone from on (…), or keep it on both sides (impossible-join)"
    )]
    [InlineData(
        "up == 0 and absent(b)",
        "expr:1:9: and finds no partners: the right side has no job, as absent() has only the labels that its selector sets with =; match with on (…) or ignoring (job), or keep the same labels on both sides (impossible-join)"
    )]
    [InlineData(
        """rate(a_total{code="5"}[5m]) / rate(a_total{code="2"}[5m]) > 1""",
        """expr:1:29: / finds no partners: code is "5" on the left and "2" on the right; match with on (…) or ignoring (code), or keep the same labels on both sides (impossible-join)"""
    )]
    [InlineData(
        "a unless sum(b)",
        "expr:1:3: unless finds no partners: the right side has no job, as sum() without by keeps no label; match with on (…) or ignoring (job), or keep the same labels on both sides (impossible-join)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<ImpossibleJoin>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("sum(a) / sum(b) > 1")]
    [InlineData("a / on () group_left sum(b) > 1")]
    [InlineData("a / scalar(sum(b)) > 1")]
    [InlineData("sum by (job) (a) / sum by (job) (b) > 1")]
    [InlineData("a or sum(b)")]
    [InlineData("""a{x="1"} + ignoring (x) a{x="2"} > 1""")]
    [InlineData("a and on (job) sum by (job) (b) > 1")]
    [InlineData("a / b > 1")]
    [InlineData("job:a:sum / sum(b) > 1")]
    [InlineData("sum by (job) (a) / ignoring (instance) sum by (job, instance) (b) > 1")]
    [InlineData("sum by (x) (a) + fill (0) sum by (y) (b) > 1")]
    [InlineData("a unless on () absent(b)")]
    public void Stays_silent(string expression) => Linted.Find<ImpossibleJoin>(expression).ShouldBeEmpty();
}
