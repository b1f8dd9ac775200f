using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Tests.RegularExpressions;

public sealed class Re2FactsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("abc", "abc")]
    [InlineData(@"a\.b", "a.b")]
    [InlineData(@"\Qa.b\E", "a.b")]
    [InlineData("^abc$", "abc")]
    [InlineData("(?i)12", "12")]
    [InlineData("[a]b", "ab")]
    [InlineData("(?i)abc", null)]
    [InlineData("a.b", null)]
    [InlineData("a|b", null)]
    [InlineData("a?", null)]
    public void A_literal_is_told_with_its_text(string pattern, string? literal)
    {
        Facts(pattern).Literal.ShouldBe(literal);
        Facts(pattern).IsLiteral.ShouldBe(literal is not null);
    }

    [Theory]
    [InlineData(".*", true, false)]
    [InlineData("(.*)", true, false)]
    [InlineData("^.*$", true, false)]
    [InlineData(".*.*", true, false)]
    [InlineData(".*?", true, false)]
    [InlineData(".{0,}", true, false)]
    [InlineData("(.+)?", true, false)]
    [InlineData(".+|", true, false)]
    [InlineData("a|.*", true, false)]
    [InlineData("a*.*", true, false)]
    [InlineData(@"[\s\S]*", true, false)]
    [InlineData("(.*)*", true, false)]
    [InlineData("(.*)+", true, false)]
    [InlineData(".+", false, true)]
    [InlineData("(.+)", false, true)]
    [InlineData("..*", false, true)]
    [InlineData(".*.", false, true)]
    [InlineData(".{1,}", false, true)]
    [InlineData("a|.+", false, true)]
    [InlineData("(.+)+", false, true)]
    [InlineData("", false, false)]
    [InlineData(".", false, false)]
    [InlineData("..+", false, false)]
    [InlineData("a.*", false, false)]
    [InlineData(".*a", false, false)]
    [InlineData(".?", false, false)]
    [InlineData(@".*\b", false, false)]
    [InlineData("[^a]*", false, false)]
    [InlineData(".{2,}", false, false)]
    public void What_matches_all_is_known(string pattern, bool everything, bool nonEmpty)
    {
        Facts(pattern).MatchesEverything.ShouldBe(everything);
        Facts(pattern).MatchesNonEmpty.ShouldBe(nonEmpty);
    }

    [Theory]
    [InlineData("a|b|c", "a b c")]
    [InlineData("(foo|bar)baz", "foobaz barbaz")]
    [InlineData("foo|foobar|fob", "foo foobar fob")]
    [InlineData("node-[0-2]", "node-0 node-1 node-2")]
    [InlineData("ab?", "ab a")]
    [InlineData("a{1,3}", "a aa aaa")]
    [InlineData("(?i)ok", "OK Ok O\u212a oK ok o\u212a")]
    [InlineData("^(a|b)$", "a b")]
    [InlineData("a*", null)]
    [InlineData("a.b", null)]
    [InlineData("[a-z]{2}", null)]
    [InlineData(@"a\b", null)]
    public void Few_alternatives_are_listed(string pattern, string? alternatives) =>
        Facts(pattern)
            .Alternatives?.Order(StringComparer.Ordinal)
            .ShouldBe(alternatives?.Split(' ').Order(StringComparer.Ordinal));

    [Fact]
    public void A_hundred_alternatives_are_the_most()
    {
        Facts("[0-9]{2}").Alternatives!.Count.ShouldBe(100);
        Facts("[0-9]{2}|a").Alternatives.ShouldBeNull();
    }

    [Theory]
    [InlineData("prod-.*", "prod-", "")]
    [InlineData(".*-prod", "", "-prod")]
    [InlineData("a.*b", "a", "b")]
    [InlineData("foo.*|fob.*", "fo", "")]
    [InlineData("^foo.+", "foo", "")]
    [InlineData("(foo)(bar).*", "foobar", "")]
    [InlineData("foo", "foo", "foo")]
    [InlineData("(?i)foo.*", "", "")]
    [InlineData("(?i)-1.*", "-1", "")]
    [InlineData("a+b", "a", "ab")]
    [InlineData("a?b", "", "b")]
    [InlineData(".*(xa|ya)", "", "a")]
    public void Common_ends_are_known(string pattern, string prefix, string suffix)
    {
        Facts(pattern).Prefix.ShouldBe(prefix);
        Facts(pattern).Suffix.ShouldBe(suffix);
    }

    [Theory]
    [InlineData("^foo$", "0-1 4-5")]
    [InlineData(@"\Afoo\z", "0-2 5-7")]
    [InlineData("(^a|^b)c", "1-2 4-5")]
    [InlineData("^a|b$", "0-1 4-5")]
    [InlineData("a|^b|c", "2-3")]
    [InlineData("foo", "")]
    [InlineData("a^b", "")]
    [InlineData("(?m)^a$", "")]
    [InlineData(@"\^a\$", "")]
    public void Redundant_anchors_have_places(string pattern, string places)
    {
        Places(Facts(pattern)).ShouldBe(places);
        Places(Facts(pattern, Re2Use.Relabeling)).ShouldBe(places);
        Places(Facts(pattern, Re2Use.Search)).ShouldBe("");

        static string Places(Re2Facts facts) =>
            string.Join(' ', facts.RedundantAnchors.Select(span => $"{span.Offset}-{span.End}"));
    }

    [Theory]
    [InlineData("example.com", "7")]
    [InlineData("10.0.0.1:9090", "2 4 6")]
    [InlineData(@"example\.com", "")]
    [InlineData("a.*b", "")]
    [InlineData("a.+b", "")]
    [InlineData(@"\d.\d", "")]
    [InlineData(@"\\d.x", "3")]
    [InlineData("[a.b]", "")]
    [InlineData(".a", "")]
    [InlineData("-.-", "")]
    [InlineData(@"\Qa.b\E", "")]
    public void Dots_between_words_are_suspect(string pattern, string places)
    {
        string.Join(' ', Facts(pattern).SuspectDots).ShouldBe(places);
        string.Join(' ', Facts(pattern, Re2Use.Relabeling).SuspectDots).ShouldBe(places);
    }

    [Theory]
    [InlineData(@"\\d+", "0")]
    [InlineData(@"a\\.b", "1")]
    [InlineData(@"\d+", "")]
    [InlineData(@"\\d", "0")]
    [InlineData(@"C:\\Windows", "")]
    [InlineData(@"C:\\data", "")]
    [InlineData(@"\\\d", "")]
    public void Doubled_backslashes_are_suspect(string pattern, string places) =>
        string.Join(' ', Facts(pattern).DoubledBackslashes).ShouldBe(places);

    private static Re2Facts Facts(string pattern, Re2Use use = Re2Use.Matcher) => Re2Pattern.Parse(pattern, use).Facts;
}
