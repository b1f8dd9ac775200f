using Binnacle.PromQL.Linting.Regexes;

namespace Binnacle.PromQL.Tests.Linting.Regexes;

public sealed class RegexPlainStringTests
{
    [Theory]
    [InlineData(
        """up{job=~"api"} == 0""",
        """expr:1:4: "api" matches one string only, as a whole; write job="api", or ".*api.*" if a part of it is meant (regex-plain-string)"""
    )]
    [InlineData(
        """up{job!~"api"} == 0""",
        """expr:1:4: "api" matches one string only, as a whole; write job!="api", or ".*api.*" if a part of it is meant (regex-plain-string)"""
    )]
    [InlineData(
        """up{job=~"10\\.0"} == 0""",
        """expr:1:4: "10\.0" matches one string only, as a whole; write job="10.0", or ".*10.0.*" if a part of it is meant (regex-plain-string)"""
    )]
    [InlineData(
        """up{job!~""} == 0""",
        """expr:1:4: "" matches one string only, the empty one; write job!="" (regex-plain-string)"""
    )]
    [InlineData(
        """up{job=~"(api)"} == 0""",
        """expr:1:4: "(api)" matches one string only, as a whole; write job="api", or ".*api.*" if a part of it is meant (regex-plain-string)"""
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<RegexPlainString>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("""up{job="api"} == 0""")]
    [InlineData("""up{job=~"api|web"} == 0""")]
    [InlineData("""up{job=~"api.*"} == 0""")]
    [InlineData("""up{job=~"10.0"} == 0""")]
    [InlineData("""up{job=~"^api$"} == 0""")]
    public void Stays_silent(string expression) => Linted.Find<RegexPlainString>(expression).ShouldBeEmpty();
}
