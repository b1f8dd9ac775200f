using Binnacle.PromQL.Linting.Comparisons;

namespace Binnacle.PromQL.Tests.Linting.Comparisons;

public sealed class NeverTrueTests
{
    [Theory]
    [InlineData(
        "up > 1",
        "expr:1:4: up > 1 is never true: up is a whole number from 0 to 1; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "count(up) by (job) == 0",
        "expr:1:20: count(up) by (job) == 0 is never true: count(up) by (job) is a whole number from 1; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "rate(x_total[5m]) < 0",
        "expr:1:19: rate(x_total[5m]) < 0 is never true: rate(x_total[5m]) is a number from 0; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "up == 0.5",
        "expr:1:4: up == 0.5 is never true: up is a whole number from 0 to 1; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "sum by (job) (x == 0) > 0",
        "expr:1:23: sum by (job) (x == 0) > 0 is never true: sum by (job) (x == 0) is 0; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "hour() > 23",
        "expr:1:8: hour() > 23 is never true: hour() is a whole number from 0 to 23; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "1 < up",
        "expr:1:3: 1 < up is never true: up is a whole number from 0 to 1; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "absent(x) == 0",
        "expr:1:11: absent(x) == 0 is never true: absent(x) is 1; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "x > 5 and x < 3",
        "expr:1:7: x > 5 and x < 3 exclude each other; use or, or other bounds (comparison-never-true)"
    )]
    [InlineData(
        "(x > 5) < 3",
        "expr:1:9: (x > 5) < 3 is never true: x > 5 is a number from 5; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        """sum(rate(a_total{code="500"}[5m])) / sum(rate(a_total[5m])) > 5""",
        """expr:1:61: sum(rate(a_total{code="500"}[5m])) / sum(rate(a_total[5m]))… is never true: sum(rate(a_total{code="500"}[5m])) / sum(rate(a_total[5m])) is a number from 0 to 1; compare with a value that can be reached (comparison-never-true)"""
    )]
    [InlineData(
        "clamp_max(x, 10) > 10",
        "expr:1:18: clamp_max(x, 10) > 10 is never true: clamp_max(x, 10) is a number up to 10; compare with a value that can be reached (comparison-never-true)"
    )]
    [InlineData(
        "avg(up) > 1",
        "expr:1:9: avg(up) > 1 is never true: avg(up) is a number from 0 to 1; compare with a value that can be reached (comparison-never-true)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<NeverTrue>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("up == 0")]
    [InlineData("up < 1")]
    [InlineData("count(up) > 5")]
    [InlineData("rate(x_total[5m]) == 0")]
    [InlineData("delta(x[5m]) < 0")]
    [InlineData("hour() > 22")]
    [InlineData("x > 3 and x < 5")]
    [InlineData("""sum(rate(a_total{code="500"}[5m])) / sum(rate(b_total[5m])) > 5""")]
    [InlineData("x == NaN")]
    [InlineData("""100 * sum(rate(a_total{code="500"}[5m])) / sum(rate(a_total[5m])) > 5""")]
    [InlineData("x > 5 and y < 3")]
    [InlineData("sum(up) > 3")]
    [InlineData("rate(x_total[5m]) * -1 < 0")]
    [InlineData("vector(1) == 2")]
    public void Stays_silent(string expression) => Linted.Find<NeverTrue>(expression).ShouldBeEmpty();
}
