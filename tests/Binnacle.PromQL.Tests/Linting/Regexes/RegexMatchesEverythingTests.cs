using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Regexes;

namespace Binnacle.PromQL.Tests.Linting.Regexes;

public sealed class RegexMatchesEverythingTests
{
    [Theory]
    [InlineData(
        """up{job=~".*"} == 0""",
        """expr:1:4: job=~".*" lets every series through, those without the label too; remove it, or write job!="" for series with the label (regex-matches-everything)"""
    )]
    [InlineData(
        """up{job!~".*"} == 0""",
        """expr:1:4: job!~".*" lets no series through; write job="" for series without the label (regex-matches-everything)"""
    )]
    [InlineData(
        """up{job=~"^.*$"} == 0""",
        """expr:1:4: job=~"^.*$" lets every series through, those without the label too; remove it, or write job!="" for series with the label (regex-matches-everything)"""
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<RegexMatchesEverything>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("""up{job=~".+"} == 0""")]
    [InlineData("""up{job=~"a.*"} == 0""")]
    [InlineData("""up{job=".*"} == 0""")]
    [InlineData("""up{job!~".+"} == 0""")]
    public void Stays_silent(string expression) => Linted.Find<RegexMatchesEverything>(expression).ShouldBeEmpty();

    [Theory]
    [InlineData("""up{job!~".*"} == 0""", LintSeverity.Warning)]
    [InlineData("""up{job=~".*"} == 0""", LintSeverity.Info)]
    public void Only_a_matcher_that_stops_all_series_is_a_warning(string expression, LintSeverity severity) =>
        Linted
            .Findings<RegexMatchesEverything>(Linted.Expression(expression))
            .ShouldHaveSingleItem()
            .Severity.ShouldBe(severity);
}
