using Binnacle.PromQL.Linting.Selectors;

namespace Binnacle.PromQL.Tests.Linting.Selectors;

public sealed class AbsentMisuseTests
{
    [Theory]
    [InlineData(
        "absent(sum(x) or vector(0))",
        "expr:1:8: absent() of sum(x) or vector(0) is always empty, as that always returns something; remove the part that always returns, such as or vector(0) (absent-misuse)"
    )]
    [InlineData(
        """absent(up{job=~"a|b"})""",
        "expr:1:11: absent() fires only when all 2 of job are gone, not when one of them is; write one absent() for each, joined with or (absent-misuse)"
    )]
    [InlineData(
        "absent(x > 5)",
        "expr:1:10: absent() also fires when the series is there and x > 5 is false for all of them; compare outside of it, or write both conditions out with or (absent-misuse)"
    )]
    [InlineData(
        """absent_over_time(up{job=~"a|b|c"}[5m])""",
        "expr:1:21: absent_over_time() fires only when all 3 of job are gone, not when one of them is; write one absent_over_time() for each, joined with or (absent-misuse)"
    )]
    public void Hits(string expression, string finding) => Linted.Find<AbsentMisuse>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("""absent(up{job="a"})""")]
    [InlineData("""absent(up{job="a"} == 1)""")]
    [InlineData("""absent(up{job=~"a.*"})""")]
    [InlineData("absent(sum(x))")]
    [InlineData("absent(rate(x_total[5m]) > 0)")]
    [InlineData("""up{job=~"a|b"} == 0""")]
    [InlineData("absent(x) or absent(y)")]
    public void Stays_silent(string expression) => Linted.Find<AbsentMisuse>(expression).ShouldBeEmpty();
}
