using Binnacle.PromQL.Linting.Alerts;

namespace Binnacle.PromQL.Tests.Linting.Alerts;

public sealed class ForShorterThanIntervalTests
{
    [Theory]
    [InlineData(
        "10s",
        "for:1:1: 10s is over before the next evaluation, 1m later, so the alert waits 1m; write at least 1m, better several times it (for-shorter-than-interval)"
    )]
    [InlineData(
        "59s",
        "for:1:1: 59s is over before the next evaluation, 1m later, so the alert waits 1m; write at least 1m, better several times it (for-shorter-than-interval)"
    )]
    public void Hits(string wait, string finding) => Find(wait, TimeSpan.FromMinutes(1)).ShouldBe([finding]);

    [Theory]
    [InlineData("1m")]
    [InlineData("5m")]
    [InlineData("0s")]
    [InlineData("no duration")]
    public void Stays_silent(string wait) => Find(wait, TimeSpan.FromMinutes(1)).ShouldBeEmpty();

    [Fact]
    public void Says_nothing_where_the_interval_is_not_known() => Find("1s", null).ShouldBeEmpty();

    private static IReadOnlyList<string> Find(string wait, TimeSpan? interval) =>
        Linted.FindInRule<ForShorterThanInterval>(
            $"{{alert: A, expr: x > 1, for: {wait}}}",
            context => context with { EvaluationInterval = interval }
        );
}
