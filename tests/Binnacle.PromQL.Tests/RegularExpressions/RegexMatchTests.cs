using Binnacle.PromQL.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Binnacle.PromQL.Tests.RegularExpressions;

public sealed class RegexMatchTests
{
    [Theory]
    [InlineData("a.b", "a\nb", Re2Use.Matcher, true)]
    [InlineData("a.b", "a\nb", Re2Use.Relabeling, true)]
    [InlineData("a.b", "a\nb", Re2Use.WholeText, false)]
    [InlineData("a.b", "xa\nbx", Re2Use.Search, false)]
    [InlineData("(?s)a.b", "xa\nbx", Re2Use.Search, true)]
    [InlineData("b", "abc", Re2Use.Search, true)]
    [InlineData("b", "abc", Re2Use.Matcher, false)]
    [InlineData("^b", "abc", Re2Use.Search, false)]
    [InlineData("(?m)^b$", "a\nb\nc", Re2Use.Search, true)]
    [InlineData("a$", "a\n", Re2Use.Search, false)]
    [InlineData("a)|(?:b", "ax", Re2Use.Relabeling, true)]
    [InlineData("a)|(?:b", "xb", Re2Use.Relabeling, true)]
    [InlineData("a)|(?:b", "xa", Re2Use.Relabeling, false)]
    public void A_use_decides_about_anchors_and_line_feeds(string pattern, string text, Re2Use use, bool expected)
    {
        Re2Pattern.Parse(pattern, use).IsMatch(text).ShouldBe(expected);
        (Re2Pattern.Parse(pattern, use).Match(text) is not null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("(a+)(b+)", "xaabby", "aabb", "aa", "bb")]
    [InlineData("(a|ab)(c|bcd)(d*)", "abcd", "abcd", "a", "bcd", "")]
    [InlineData("(a*)", "baa", "", "")]
    [InlineData("(a)|(b)", "b", "b", null, "b")]
    [InlineData("((a)|b)*", "ab", "ab", "b", "a")]
    [InlineData("a+?", "aaa", "a")]
    [InlineData("(😀)(.)", "x😀日", "😀日", "😀", "日")]
    public void The_leftmost_match_is_found_with_its_groups(string pattern, string text, params string?[] groups)
    {
        var match = Re2Pattern.Parse(pattern, Re2Use.Search).Match(text)!;
        Enumerable.Range(0, match.GroupCount + 1).Select(match.Group).ShouldBe(groups);
        text[match.Offset..match.End].ShouldBe(groups[0]);
    }

    [Theory]
    [InlineData("(.*):(.*)", "host:9100", "$1", "host")]
    [InlineData("(.*):(.*)", "host:9100", "${2}/$1", "9100/host")]
    [InlineData("(.*):(.*)", "host:9100", "$1x", "")]
    [InlineData("(.*):(.*)", "host:9100", "${1}x", "hostx")]
    [InlineData("(.*):(.*)", "host:9100", "$10", "")]
    [InlineData("(.*):(.*)", "host:9100", "$01", "")]
    [InlineData("(.*):(.*)", "host:9100", "$$1", "$1")]
    [InlineData("(.*):(.*)", "host:9100", "a$", "a$")]
    [InlineData("(.*):(.*)", "host:9100", "$-", "$-")]
    [InlineData("(.*):(.*)", "host:9100", "${1", "${1")]
    [InlineData("(.*):(.*)", "host:9100", "${}", "${}")]
    [InlineData("(.*):(.*)", "host:9100", "$0", "host:9100")]
    [InlineData("(.*):(.*)", "host:9100", "$999999999999", "")]
    [InlineData("(?P<h>.*):(?P<p>.*)", "host:9100", "$p-${h}", "9100-host")]
    [InlineData("(?P<n>a)?(?P<n>b)?", "b", "$n", "b")]
    [InlineData("(?P<n>a)?(?P<n>b)?", "ab", "$n", "a")]
    [InlineData("(a)?b", "b", "<$1>", "<>")]
    [InlineData("a", "b", "x", null)]
    public void Replacements_take_groups_as_Go_does(string pattern, string value, string template, string? expected) =>
        Re2Pattern.Parse(pattern, Re2Use.Relabeling).Replace(value, template).ShouldBe(expected);

    [Theory]
    [InlineData("(a*)*b")]
    [InlineData("(x+x+)+y")]
    [InlineData("(a|a)*b")]
    [InlineData("(a|b|ab)*c")]
    [InlineData("(.*)(.*)(.*)(.*)=(.*)")]
    [InlineData("(a?){30}a{30}b")]
    [Trait("Guarantee", "RE4")]
    public void Time_grows_with_the_text_alone(string pattern)
    {
        var regex = Re2Pattern.Parse(pattern);
        foreach (var letter in "ax")
        {
            var small = regex.CountSteps(new string(letter, 1_000));
            var large = regex.CountSteps(new string(letter, 100_000));
            large.ShouldBeLessThan((101 * small) + 1000);
        }
    }

    [Fact]
    public void Many_threads_share_one_pattern()
    {
        var regex = Re2Pattern.Parse("(a|b)+-([0-9]+)");
        Parallel.For(0, 2000, i => regex.Match($"abab-{i}")!.Group(2).ShouldBe($"{i}"));
    }

    [Fact]
    public void Half_a_surrogate_pair_in_a_text_reads_as_the_replacement_character()
    {
        Re2Pattern.Parse("a.b").IsMatch("a\ud800b").ShouldBeTrue();
        Re2Pattern.Parse(@"a\x{fffd}b").IsMatch("a\udc00b").ShouldBeTrue();
    }

    [Fact]
    public void Any_text_is_parsed_without_a_crash() =>
        Prop.ForAll<string>(pattern =>
            {
                foreach (var use in Enum.GetValues<Re2Use>())
                {
                    if (!Re2Pattern.TryParse(pattern ?? "", use, out var regex, out var fault))
                    {
                        fault.Offset.ShouldBeInRange(0, pattern!.Length);
                        fault.End.ShouldBeInRange(fault.Offset, pattern.Length);
                    }
                    else
                    {
                        _ = regex.IsMatch(pattern);
                        _ = regex.Facts;
                    }
                }
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Generated_expressions_keep_their_facts()
    {
        var generator = new RegexGenerator(seed: 42);
        for (var i = 0; i < 5000; i++)
        {
            if (!Re2Pattern.TryParse(generator.Next(), out var regex, out _))
            {
                continue;
            }

            var text = generator.NextText();
            var facts = regex.Facts;
            var matches = regex.Facts.Alternatives is null ? SmallMatch(regex, text) : regex.IsMatch(text);
            regex.MatchesEmpty.ShouldBe(regex.IsMatch(""), regex.Text);
            if (facts.Alternatives is { } all)
            {
                all.ShouldAllBe(one => regex.IsMatch(one), regex.Text);
                all.Contains(text).ShouldBe(matches, regex.Text);
            }

            if (facts.MatchesEverything)
            {
                (matches || text.Contains('\n')).ShouldBeTrue(regex.Text);
            }

            if (facts.MatchesNonEmpty && !text.Contains('\n'))
            {
                matches.ShouldBe(text.Length > 0, regex.Text);
            }

            if (matches)
            {
                text.ShouldStartWith(facts.Prefix, customMessage: regex.Text);
                text.ShouldEndWith(facts.Suffix, customMessage: regex.Text);
            }
        }
    }

    private static bool SmallMatch(Re2Pattern regex, string text) => regex.IsMatch(text);

    [Fact]
    public void What_NET_reads_alike_matches_alike()
    {
        var random = new Random(11);
        string[] parts =
        [
            "a",
            "b",
            "ab",
            ".",
            "[ab]",
            "[^a]",
            "(a|b)",
            "(?:ab|a)",
            "a*",
            "b+?",
            "(a?b)*",
            "x{1,2}",
            "^a",
            "b$",
            @"\bx",
        ];
        for (var i = 0; i < 3000; i++)
        {
            var pattern = string.Concat(
                Enumerable.Range(0, random.Next(1, 5)).Select(_ => parts[random.Next(parts.Length)])
            );
            var text = string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => "abx "[random.Next(4)]));
            var theirs = System.Text.RegularExpressions.Regex.Match(
                text,
                pattern.Replace("$", @"\z"),
                System.Text.RegularExpressions.RegexOptions.CultureInvariant,
                TimeSpan.FromSeconds(10)
            );
            var ours = Re2Pattern.Parse(pattern, Re2Use.Search).Match(text);
            (ours is not null).ShouldBe(theirs.Success, $"{pattern} on '{text}'");
            if (ours is not null)
            {
                (ours.Offset, ours.End).ShouldBe(
                    (theirs.Index, theirs.Index + theirs.Length),
                    $"{pattern} on '{text}'"
                );
            }
        }
    }
}
