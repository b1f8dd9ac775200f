using Binnacle.Api.Syntax;

namespace Binnacle.Api.Tests.Syntax;

/// <summary>Both tables agree with what <c>promtool check config</c> 3.5 says of each expression in a relabel_config.</summary>
public sealed class Re2Tests
{
    [Theory]
    [InlineData("5..")]
    [InlineData("http_.*|go_.*")]
    [InlineData("(?P<year>\\d{4})")]
    [InlineData("(?i)abc")]
    [InlineData("(?i:abc)d")]
    [InlineData("(?U)a+")]
    [InlineData("[[:alpha:]_][[:^space:]]*")]
    [InlineData("\\pL\\p{Lu}\\p{Greek}")]
    [InlineData("\\Qa.b(\\E+")]
    [InlineData("[^]a]")]
    [InlineData("[a-z-[]")]
    [InlineData("a{2,5}b{3}c{2,}")]
    [InlineData("a{,5}")]
    [InlineData("\\x{1F600}\\x41\\t\\n\\a\\z\\A\\b")]
    [InlineData("")]
    [InlineData("(?<year>a)")]
    [InlineData("a*?(|b)")]
    [InlineData("(?i-s)a")]
    [InlineData("\\v\\f\\-\\_")]
    [InlineData("[\\d-z]")]
    [InlineData("^*")]
    [InlineData("$+")]
    public void Takes_what_RE2_takes(string pattern) => Re2.Problem(pattern).ShouldBeNull();

    [Theory]
    [InlineData("*", "nothing before it")]
    [InlineData("(a", "a ( is never closed")]
    [InlineData("a)", "never opened")]
    [InlineData("[a", "a [ is never closed (column 1)")]
    [InlineData("a(?=b)", "no lookahead and lookbehind (column 2)")]
    [InlineData("(?<!a)b", "no lookahead and lookbehind")]
    [InlineData("(a)\\1", "no backreferences (\\1 at column 4)")]
    [InlineData("(?P<a>.)(?P=a)", "no backreferences")]
    [InlineData("(?>a)", "no group (?>")]
    [InlineData("(?#note)", "no group (?#")]
    [InlineData("(?x)a", "flags out of i, m, s and U")]
    [InlineData("a{1001}", "at most 1000 times")]
    [InlineData("a\\", "lone backslash")]
    [InlineData("a\\Z", "no \\Z")]
    [InlineData("[[:letter:]]", "there is no class [:letter:]")]
    [InlineData("[z-a]", "a range in [] ends before it begins")]
    [InlineData("a**", "repeated twice")]
    [InlineData("a++", "repeated twice")]
    [InlineData("x{2}{3}", "repeated twice")]
    [InlineData("{2}", "nothing before it")]
    [InlineData("a|*", "nothing before it")]
    [InlineData("\\y", "no meaning")]
    [InlineData("\\é", "no meaning")]
    [InlineData("\\cA", "no \\c")]
    [InlineData("\\e", "no \\e")]
    [InlineData("\\x{110000}", "hexadecimal code point")]
    public void Refuses_what_RE2_refuses(string pattern, string reason) => Re2.Problem(pattern)!.ShouldContain(reason);

    [Theory]
    [InlineData("5..", "503", true)]
    [InlineData("5..", "5034", false)]
    [InlineData("a|b", "ab", false)]
    [InlineData("\\d+", "٣", false)]
    [InlineData("\\D+", "٣x", true)]
    [InlineData("[[:^digit:]]", "x", true)]
    [InlineData("[[:^digit:]]", "1", false)]
    [InlineData("[\\w-]+", "a-b_1", true)]
    [InlineData("\\Qa.b\\E", "axb", false)]
    [InlineData("\\Qa.b\\E", "a.b", true)]
    [InlineData(".*", "two\nlines", true)]
    [InlineData("(?i)ABC", "abc", true)]
    [InlineData("[a-z-[]", "[", true)]
    public void Matches_whole_texts_as_RE2_does(string pattern, string text, bool expected) =>
        Re2.Anchored(pattern).IsMatch(text).ShouldBe(expected);

    /// <summary>What takes a backtracking engine hours.</summary>
    [Fact]
    public void Matching_takes_linear_time() => Re2.Anchored("(a*)*b").IsMatch(new string('a', 5000)).ShouldBeFalse();
}
