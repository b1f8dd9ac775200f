using Binnacle.PromQL.Linting.Matching;

namespace Binnacle.PromQL.Tests.Linting.Matching;

public sealed class ContradictoryMatchersTests
{
    [Theory]
    [InlineData(
        """up{job="a", job="b"} == 0""",
        """expr:1:13: no series has job="a" and job="b" at once; remove one of them (contradictory-matchers)"""
    )]
    [InlineData(
        """up{job="a", job!="a"} == 0""",
        """expr:1:13: no series has job="a" and job!="a" at once; remove one of them (contradictory-matchers)"""
    )]
    [InlineData(
        """up{job=~"a|b", job="c"} == 0""",
        """expr:1:16: no series has job=~"a|b" and job="c" at once; remove one of them (contradictory-matchers)"""
    )]
    [InlineData(
        """up{job="", job=~".+"} == 0""",
        """expr:1:12: no series has job="" and job=~".+" at once; remove one of them (contradictory-matchers)"""
    )]
    [InlineData(
        """up{job!~"b", job=~"b"} == 0""",
        """expr:1:14: no series has job!~"b" and job=~"b" at once; remove one of them (contradictory-matchers)"""
    )]
    [InlineData(
        """{__name__="a", __name__="b"} > 0""",
        """expr:1:16: no series has __name__="a" and __name__="b" at once; remove one of them (contradictory-matchers)"""
    )]
    [InlineData(
        """up{job=~"a|b", job!~"a|b|c"} == 0""",
        """expr:1:16: no series has job=~"a|b" and job!~"a|b|c" at once; remove one of them (contradictory-matchers)"""
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<ContradictoryMatchers>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("""up{job="a", job=~"a|b"} == 0""")]
    [InlineData("""up{job!="a", job!="b"} == 0""")]
    [InlineData("""up{job=~"a|b", job!="a"} == 0""")]
    [InlineData("""up{job=~"a.*", job!~"ab"} == 0""")]
    [InlineData("""up{job="a", instance="b"} == 0""")]
    [InlineData("""up{job=~".+", job!="a"} == 0""")]
    public void Stays_silent(string expression) => Linted.Find<ContradictoryMatchers>(expression).ShouldBeEmpty();
}
