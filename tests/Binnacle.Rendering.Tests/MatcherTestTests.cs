using Binnacle.Api.Syntax;
using Binnacle.Rendering.Alertmanager;

namespace Binnacle.Rendering.Tests;

public sealed class MatcherTestTests
{
    [Theory]
    [InlineData("a=\"x\"", "x", true)]
    [InlineData("a=\"x\"", null, false)]
    [InlineData("a=\"\"", null, true)]
    [InlineData("a!=\"x\"", null, true)]
    [InlineData("a=~\"x|y\"", "y", true)]
    [InlineData("a=~\"x|y\"", "xy", false)]
    [InlineData("a=~\".*\"", null, true)]
    [InlineData("a=~\".+\"", null, false)]
    [InlineData("a!~\"x.*\"", "xyz", false)]
    [InlineData("a=~\"5..\"", "5034", false)]
    [InlineData("a=~\"x.y\"", "x\ny", false)]
    [InlineData("a=~\"(?i)PROD\"", "prod", true)]
    [InlineData("a=~\"\\\\d+\"", "٣", false)]
    public void Matches_as_Alertmanager_does(string text, string? value, bool expected) =>
        new MatcherTest(Matcher.Parse(text).ShouldHaveSingleItem()).Passes(value).ShouldBe(expected);
}
