using Binnacle.PromQL.Linting.Comparisons;

namespace Binnacle.PromQL.Tests.Linting.Comparisons;

public sealed class AlwaysTrueTests
{
    [Theory]
    [InlineData(
        "count(up) > 0",
        "expr:1:11: count(up) > 0 is always true: count(up) is a whole number from 1; compare with a value in between, or remove the comparison (comparison-always-true)"
    )]
    [InlineData(
        "rate(x_total[5m]) >= 0",
        "expr:1:19: rate(x_total[5m]) >= 0 is always true: rate(x_total[5m]) is a number from 0; compare with a value in between, or remove the comparison (comparison-always-true)"
    )]
    [InlineData(
        "up >= 0",
        "expr:1:4: up >= 0 is always true: up is a whole number from 0 to 1; compare with a value in between, or remove the comparison (comparison-always-true)"
    )]
    [InlineData(
        "up != 2",
        "expr:1:4: up != 2 is always true: up is a whole number from 0 to 1; compare with a value in between, or remove the comparison (comparison-always-true)"
    )]
    [InlineData(
        "month() < 13",
        "expr:1:9: month() < 13 is always true: month() is a whole number from 1 to 12; compare with a value in between, or remove the comparison (comparison-always-true)"
    )]
    [InlineData(
        "up <= bool 1",
        "expr:1:4: up <= bool 1 is always true: up is a whole number from 0 to 1; compare with a value in between, or remove the comparison (comparison-always-true)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<AlwaysTrue>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("count(up == 0) > 0")]
    [InlineData("absent(x) == 1")]
    [InlineData("count(up) > 1")]
    [InlineData("rate(x_total[5m]) > 0")]
    [InlineData("a_bytes / b_bytes >= 0")]
    [InlineData("x >= 0")]
    [InlineData("vector(1) == 1")]
    [InlineData("x != NaN")]
    public void Stays_silent(string expression) => Linted.Find<AlwaysTrue>(expression).ShouldBeEmpty();
}
