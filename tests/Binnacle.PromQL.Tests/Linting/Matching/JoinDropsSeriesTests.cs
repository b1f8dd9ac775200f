using Binnacle.PromQL.Linting.Matching;

namespace Binnacle.PromQL.Tests.Linting.Matching;

public sealed class JoinDropsSeriesTests
{
    [Theory]
    [InlineData(
        """sum by (job) (rate(a_total{code="500"}[5m])) + sum by (job) (rate(a_total{code="503"}[5m])) > 1""",
        """expr:1:46: + drops what only one side has, such as a code that has not been seen yet; select both at once: code=~"…|…" within one sum (join-drops-series)"""
    )]
    [InlineData(
        """sum(x{state="a"}) + sum(x{state="b"}) > 1""",
        """expr:1:19: + drops what only one side has, such as a state that has not been seen yet; select both at once: state=~"…|…" within one sum (join-drops-series)"""
    )]
    public void Hits(string expression, string finding) => Linted.Find<JoinDropsSeries>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("sum(rate(a_total[5m])) + sum(rate(b_total[5m])) > 1")]
    [InlineData("""x{state="a"} + ignoring (state) x{state="b"} > 1""")]
    [InlineData("""sum(x{state="a"}) - sum(x{state="b"}) > 1""")]
    [InlineData("""sum(x{state=~"a|b"}) > 1""")]
    [InlineData("""sum(x{state="a"}) + sum(x{state="a"} offset 5m) > 1""")]
    public void Stays_silent(string expression) => Linted.Find<JoinDropsSeries>(expression).ShouldBeEmpty();
}
