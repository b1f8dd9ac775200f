using Binnacle.PromQL.Linting.Comparisons;

namespace Binnacle.PromQL.Tests.Linting.Comparisons;

public sealed class ComparedWithNaNTests
{
    [Theory]
    [InlineData(
        "x == NaN",
        "expr:1:3: == NaN is never true, as NaN equals nothing; to find NaN write x != x (compared-with-nan)"
    )]
    [InlineData(
        "x != NaN",
        "expr:1:3: != NaN is always true, as NaN equals nothing; to drop NaN write x == x (compared-with-nan)"
    )]
    [InlineData(
        "NaN == x",
        "expr:1:5: == NaN is never true, as NaN equals nothing; to find NaN write x != x (compared-with-nan)"
    )]
    [InlineData(
        "sum(x) > NaN",
        "expr:1:8: > NaN is never true, as NaN equals nothing; to find NaN write sum(x) != sum(x) (compared-with-nan)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<ComparedWithNaN>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("x == x")]
    [InlineData("x != x")]
    [InlineData("x > 1")]
    [InlineData("vector(NaN)")]
    public void Stays_silent(string expression) => Linted.Find<ComparedWithNaN>(expression).ShouldBeEmpty();
}
