namespace Binnacle.PromQL.Tests;

public sealed class SourceExcerptTests
{
    [Theory]
    [InlineData("sum(rat(up[5m]))", "sum(rat(up[5m]))\n    ^^^")]
    [InlineData("up +", "up +\n    ^")]
    [InlineData("sum(\n  rat(up[5m])\n)", "  rat(up[5m])\n  ^^^")]
    [InlineData("\trat(up[5m])", "\trat(up[5m])\n\t^^^")]
    [InlineData("a{b=\"漢字😀\"} && c", "a{b=\"漢字😀\"} && c\n              ^^")]
    [InlineData("a{b=\"e\u0301\"} && c", "a{b=\"e\u0301\"} && c\n         ^^")]
    [InlineData("a +\r\n", "a +\n   ^")]
    [InlineData("(a\nb", "b\n^")]
    public void Marks_the_fault(string expression, string excerpt) =>
        SourceExcerpt.Of(expression, SyntaxCheck.Check(expression)[0]).ShouldBe(excerpt.ReplaceLineEndings("\n"));

    [Fact]
    public void Cuts_a_long_line_around_the_fault()
    {
        var expression =
            string.Join(" + ", Enumerable.Repeat("some_metric", 50)) + " + rat(x[5m]) + " + new string('y', 300);
        var excerpt = SourceExcerpt.Of(expression, SyntaxCheck.Check(expression)[0], 60).Split('\n');

        excerpt.Length.ShouldBe(2);
        excerpt[0].Length.ShouldBeLessThanOrEqualTo(60);
        excerpt[0][0].ShouldBe('…');
        excerpt[0][^1].ShouldBe('…');
        excerpt[0].Substring(excerpt[1].IndexOf('^', StringComparison.Ordinal), 3).ShouldBe("rat");
        excerpt[1].Count(c => c is '^').ShouldBe(3);
    }

    [Theory]
    [InlineData("sum(rat(up[5m]))", "sum(>>>rat<<<(up[5m]))")]
    [InlineData("up +", "up +>>><<<")]
    [InlineData("sum(\n  rat(up[5m])\n)", ">>>rat<<<(up[5m])")]
    [InlineData("\trat(up[5m])", ">>>rat<<<(up[5m])")]
    [InlineData("a{b=\"漢字😀\"} && c", "a{b=\"漢字😀\"} >>>&&<<< c")]
    [InlineData("a{b=\"e\u0301\"} && c", "a{b=\"e\u0301\"} >>>&&<<< c")]
    public void Marks_the_fault_on_one_line(string expression, string excerpt) =>
        SourceExcerpt.OnOneLine(SourceExcerpt.Of(expression, SyntaxCheck.Check(expression)[0])).ShouldBe(excerpt);

    [Theory]
    [InlineData("", "")]
    [InlineData("one", "one")]
    [InlineData("one\n", "one")]
    [InlineData("one\ntwo ^", "one")]
    [InlineData("one\n ^\nthree", "one")]
    public void Of_what_is_no_excerpt_the_first_line_is_left(string text, string line) =>
        SourceExcerpt.OnOneLine(text).ShouldBe(line);

    [Theory]
    [InlineData("")]
    [InlineData(" \n ")]
    public void Shows_nothing_of_nothing(string expression) => SourceExcerpt.Of(expression, 0, 5).ShouldBeEmpty();

    [Fact]
    public void Stays_within_its_width_whatever_the_text()
    {
        var random = new Random(3);
        const string alphabet = "ab \t漢😀\u0301\r\n\u0001é\"(";
        for (var i = 0; i < 5_000; i++)
        {
            var text = string.Concat(
                Enumerable.Range(0, random.Next(120)).Select(_ => alphabet[random.Next(alphabet.Length)])
            );
            var start = random.Next(-2, text.Length + 3);
            var excerpt = SourceExcerpt.Of(text, start, start + random.Next(-1, 30), 40);
            var lines = excerpt.Split('\n');
            (excerpt.Length == 0 || (lines.Length == 2 && lines[1].Contains('^'))).ShouldBeTrue(text);
            lines[0].EnumerateRunes().Count(rune => rune.Value is not 0x301).ShouldBeLessThanOrEqualTo(40);
            excerpt.Any(c => char.IsControl(c) && c is not ('\n' or '\t')).ShouldBeFalse();
            SourceExcerpt.OnOneLine(excerpt).Any(char.IsControl).ShouldBeFalse();
        }
    }
}
