using Binnacle.Api.Syntax;
using FsCheck;
using FsCheck.Fluent;

namespace Binnacle.Api.Tests.Syntax;

public sealed class MatcherTests
{
    [Theory]
    [InlineData("team=\"payments\"", "team=\"payments\"")]
    [InlineData("team=payments", "team=\"payments\"")]
    [InlineData(" team = \"pay ments\" ", "team=\"pay ments\"")]
    [InlineData("team!=\"\"", "team!=\"\"")]
    [InlineData("region=~\"eu-.*\"", "region=~\"eu-.*\"")]
    [InlineData("region!~eu-.*", "region!~\"eu-.*\"")]
    [InlineData("{a=\"1\", b!=\"2\"}", "a=\"1\" b!=\"2\"")]
    [InlineData("a=\"1\",b=2,", "a=\"1\" b=\"2\"")]
    [InlineData("a=\"q\\\"b\\\\s\\nl\"", "a=\"q\\\"b\\\\s\\nl\"")]
    [InlineData("a=\"{}=~,\"", "a=\"{}=~,\"")]
    public void Reads_what_Alertmanager_reads(string text, string expected)
    {
        Matcher.TryParse(text, out var matchers, out var error).ShouldBeTrue(error?.ToString());
        string.Join(' ', matchers).ShouldBe(expected);
    }

    [Theory]
    [InlineData("", 1, "expected a matcher")]
    [InlineData("team", 5, "expected =, !=, =~ or !~ after 'team'")]
    [InlineData("team==\"a\"", 5, "expected =, !=, =~ or !~")]
    [InlineData("team=", 6, "expected a value")]
    [InlineData("team=\"a", 6, "a double quote is never closed")]
    [InlineData("team='a'", 6, "inside double quotes")]
    [InlineData("team=a b", 8, "expected a comma")]
    [InlineData("team-name=\"a\"", 1, "team_name")]
    [InlineData("=\"a\"", 1, "expected a label name")]
    [InlineData("{a=\"b\"", 7, "a { is never closed")]
    [InlineData("a=\"b\"}", 7, "a } was never opened")]
    [InlineData("{a=\"b\"} c", 9, "nothing may follow")]
    [InlineData("a=\"\\d\"", 4, "after a backslash")]
    public void Says_where_and_what_would_be_right(string text, int column, string message)
    {
        Matcher.TryParse(text, out var matchers, out var error).ShouldBeFalse();
        matchers.ShouldBeEmpty();
        error!.Message.ShouldContain(message);
        error.Column.ShouldBe(column);
    }

    [Fact]
    public void Read_again_a_written_matcher_is_the_same() =>
        Prop.ForAll(
                (
                    from name in Gen.Elements("team", "_a1", "Severity")
                    from op in Gen.Elements(MatchOperator.Equal, MatchOperator.NotEqual)
                    from value in Gen.Elements("a", "\"", "\\", "\n", " ", "{", "}", "=", "~", ",", "'", "ü", "n", "")
                        .ArrayOf()
                        .Select(string.Concat)
                    select new Matcher(name, op, value)
                ).ToArbitrary(),
                matcher => Matcher.Parse(matcher.ToString()).Single() == matcher
            )
            .QuickCheckThrowOnFailure();

    [Fact]
    public void No_text_makes_it_throw() =>
        Prop.ForAll(
                Gen.Elements("a", "=", "~", "!", "\"", "\\", "{", "}", ",", " ", "(", "[", "'", "`")
                    .ArrayOf()
                    .Select(string.Concat)
                    .ToArbitrary(),
                text =>
                    Matcher.TryParse(text, out var matchers, out var error) == (error is null)
                    && (matchers.Count > 0) == (error is null)
            )
            .QuickCheckThrowOnFailure();
}
