using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Regexes;

namespace Binnacle.PromQL.Tests.Linting.Regexes;

public sealed class RegexAnchorsTests
{
    [Theory]
    [InlineData(
        """up{job=~"^api$"} == 0""",
        """expr:1:4: ^ and $ change nothing, as matchers are anchored at both ends; write "api" (regex-anchors)"""
    )]
    [InlineData(
        """up{job=~"^api"} == 0""",
        """expr:1:4: the pattern starts with ^ as if it could go on at its end, but matchers are anchored at both ends; write "api.*" for a prefix, or "api" (regex-anchors)"""
    )]
    [InlineData(
        """up{job=~"api$"} == 0""",
        """expr:1:4: the pattern ends in $ as if something could stand before it, but matchers are anchored at both ends; write ".*api" for a suffix, or "api" (regex-anchors)"""
    )]
    [InlineData(
        """up{fstype!~"^(fuse.*|nfs)"} == 0""",
        """expr:1:4: the pattern starts with ^ as if it could go on at its end, but matchers are anchored at both ends; write "(fuse.*|nfs).*" for a prefix, or "(fuse.*|nfs)" (regex-anchors)"""
    )]
    [InlineData(
        """up{job=~"^api.*"} == 0""",
        """expr:1:4: ^ changes nothing, as matchers are anchored at both ends; write "api.*" (regex-anchors)"""
    )]
    [InlineData(
        """up{code=~"^5.."} == 0""",
        """expr:1:4: ^ changes nothing, as matchers are anchored at both ends; write "5.." (regex-anchors)"""
    )]
    [InlineData(
        """up{job=~".*api$"} == 0""",
        """expr:1:4: $ changes nothing, as matchers are anchored at both ends; write ".*api" (regex-anchors)"""
    )]
    public void Hits(string expression, string finding) => Linted.Find<RegexAnchors>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("""up{job=~"api.*"} == 0""")]
    [InlineData("""up{job=~"a\\$"} == 0""")]
    [InlineData("""up{job=~"^a|b$"} == 0""")]
    [InlineData("""up{job="^api$"} == 0""")]
    [InlineData("""up{job=~"[^a]b"} == 0""")]
    public void Stays_silent(string expression) => Linted.Find<RegexAnchors>(expression).ShouldBeEmpty();

    [Theory]
    [InlineData("""up{job=~"^api"} == 0""", LintSeverity.Warning)]
    [InlineData("""up{job=~"^api$"} == 0""", LintSeverity.Info)]
    public void Only_a_single_anchor_tells_of_a_misunderstanding(string expression, LintSeverity severity) =>
        Linted.Findings<RegexAnchors>(Linted.Expression(expression)).ShouldHaveSingleItem().Severity.ShouldBe(severity);
}
