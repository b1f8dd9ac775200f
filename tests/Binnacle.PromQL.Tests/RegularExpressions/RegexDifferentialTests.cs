using System.Text;
using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Tests.RegularExpressions;

/// <summary>
/// What is accepted and what is refused, compared with promtool. <c>BINNACLE_REGEX_PATTERNS=200000</c> compares as many
/// generated expressions as that.
/// </summary>
public sealed class RegexDifferentialTests(ITestOutputHelper output)
{
    private const int Batch = 5000;

    [Fact]
    public async Task Tables_are_judged_as_Prometheus_judges_them()
    {
        var (accepted, refused) = await DisagreementsAsync([
            .. RegexTables.Valid,
            .. RegexTables.Faulty.Select(row => row.Pattern),
        ]);
        accepted.ShouldBeEmpty();
        refused.ShouldBeEmpty();
    }

    /// <summary>Levels, sizes and counts around the limits, which Go defines on the tree that its parser leaves.</summary>
    [Fact]
    public async Task Limits_lie_where_Prometheus_has_them()
    {
        var patterns = new List<string>();
        for (var levels = 994; levels <= 1003; levels++)
        {
            patterns.Add(Nested("(", levels, ")"));
            patterns.Add(Nested("(", levels, ")b"));
            patterns.Add(Nested("(?:", levels, ")"));
            patterns.Add(Nested("(?:", levels, ")*"));
            patterns.Add(Nested("(?:b|", levels, ")"));
            patterns.Add(Nested("(?:b", levels, ")"));
            patterns.Add(Nested("(?:", levels, "b)?"));
        }

        foreach (var count in (int[])[498, 499, 500, 501, 502])
        {
            // Common prefixes nest when they are taken out.
            patterns.Add($"(?:{string.Join('|', Enumerable.Range(1, count).Select(i => new string('a', i)))}|b.)");
            patterns.Add(string.Join('|', Enumerable.Range(1, count).Select(i => new string('a', i) + ".")));
        }

        // What is accepted here takes Prometheus a second and 100 MB each: few of those.
        foreach (var length in (int[])[3356, 3357, 6711])
        {
            var text = new string('x', length);
            patterns.Add($"(?:{text}){{1000}}y{{1000}}");
            patterns.Add($"(?:{text}){{500}}(?:{text}){{500}}");
            patterns.Add($"(?:{text}){{999,1000}}(?:a|b)");
            patterns.Add($"(?i:{text}){{1000}}z{{900}}[0-9]{{30}}");
        }

        patterns.Add(string.Concat(Enumerable.Repeat("x{1000}", 3300)));
        patterns.Add(string.Concat(Enumerable.Repeat("x{1000}", 3360)));
        patterns.Add(string.Concat(Enumerable.Repeat("(?:a|bc){900}", 1000)));
        var (accepted, refused) = await DisagreementsAsync(patterns);
        accepted.ShouldBeEmpty();
        refused.ShouldBeEmpty();

        static string Nested(string open, int levels, string close) =>
            string.Concat(Enumerable.Repeat(open, levels)) + "a" + string.Concat(Enumerable.Repeat(close, levels));
    }

    /// <summary>Bytes that are no UTF-8 pass where a matcher is a list of plain texts, which is never read as an expression.</summary>
    [Theory]
    [InlineData("""m{l=~"\xff"}""")]
    [InlineData("""m{l=~"a|\xff|b"}""")]
    [InlineData("""m{l=~"a.\xff"}""")]
    [InlineData("""m{l!~"(\xff)"}""")]
    [InlineData("""m{l=~"\\Q\xff\\E"}""")]
    public async Task Bytes_that_are_no_text_are_judged_as_Prometheus_judges_them(string expression)
    {
        var judged = await Promtool.OrSkip().RefusalsAsync([expression]);
        SyntaxCheck.Check(expression).Count.ShouldBe(judged.Count);
    }

    [Fact]
    [Trait("Guarantee", "RE1")]
    public async Task Generated_expressions_are_judged_as_Prometheus_judges_them()
    {
        var count = int.TryParse(Environment.GetEnvironmentVariable("BINNACLE_REGEX_PATTERNS"), out var asked)
            ? asked
            : 2 * Batch;
        var (accepted, refused) = (new List<string>(), new List<string>());
        for (var done = 0; done < count; done += Batch)
        {
            var generator = new RegexGenerator(seed: 1 + (done / Batch));
            var batch = await DisagreementsAsync([.. Enumerable.Range(0, Batch).Select(_ => generator.Next())]);
            accepted.AddRange(batch.Accepted);
            refused.AddRange(batch.Refused);
        }

        output.WriteLine($"{count} expressions: {accepted.Count} wrongly accepted, {refused.Count} wrongly refused");
        accepted.ShouldBeEmpty();
        refused.Count.ShouldBeLessThanOrEqualTo(count / 10_000, string.Join('\n', refused.Take(20)));
    }

    /// <summary>What only we accept and what only Prometheus accepts.</summary>
    private async Task<(List<string> Accepted, List<string> Refused)> DisagreementsAsync(IReadOnlyList<string> patterns)
    {
        var judged = await Promtool
            .OrSkip()
            .RefusalsAsync([.. patterns.Select(pattern => $"m{{l=~{Quote(pattern)}}}")]);
        var (accepted, refused) = (new List<string>(), new List<string>());
        var ours = 0;
        for (var i = 0; i < patterns.Count; i++)
        {
            var isOurs = Re2Pattern.TryParse(patterns[i], out _, out var fault);
            ours += isOurs ? 1 : 0;
            if (isOurs && judged.TryGetValue(i, out var words))
            {
                accepted.Add($"{Short(patterns[i])}   {Short(words)}");
            }
            else if (!isOurs && !judged.ContainsKey(i))
            {
                refused.Add($"{Short(patterns[i])}   {fault}");
            }
        }

        output.WriteLine($"{patterns.Count} expressions, {ours} of them accepted");
        return (accepted, refused);
    }

    private static string Short(string text) =>
        text.Length <= 300 ? text : $"{text[..100]}… ({text.Length}) …{text[^100..]}";

    /// <summary>A PromQL string.</summary>
    internal static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(
                rune.Value switch
                {
                    '"' => "\\\"",
                    '\\' => @"\\",
                    < ' ' or 127 => $"\\x{rune.Value:x2}",
                    > 0xffff => $"\\U{rune.Value:x8}",
                    _ => rune.ToString(),
                }
            );
        }

        return quoted.Append('"').ToString();
    }
}
