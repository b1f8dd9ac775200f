using Binnacle.PromQL.Linting.Regexes;

namespace Binnacle.PromQL.Tests.Linting.Regexes;

public sealed class RegexDoubledBackslashTests
{
    [Theory]
    [InlineData(
        """up{instance=~"10\\\\.0.*"} == 0""",
        """expr:1:4: \\. in the pattern asks for a backslash in the value; escape once less, so that the pattern has \. (regex-doubled-backslash)"""
    )]
    [InlineData(
        """up{job=~`web-\\d+`} == 0""",
        """expr:1:4: \\d in the pattern asks for a backslash in the value; escape once less, so that the pattern has \d (regex-doubled-backslash)"""
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<RegexDoubledBackslash>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("""up{instance=~"10\\.0.*"} == 0""")]
    [InlineData("""up{job=~`web-\d+`} == 0""")]
    [InlineData("""up{path=~`C:\\dir.*`} == 0""")]
    [InlineData("""up{job="a\\\\.b"} == 0""")]
    public void Stays_silent(string expression) => Linted.Find<RegexDoubledBackslash>(expression).ShouldBeEmpty();
}
