using System.Text.Json.Nodes;
using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Tests.RegularExpressions;

/// <summary>
/// What matches, and what groups hold, compared with the engine in promtool: each expression once as a matcher and once in
/// <c>label_replace</c>, over one set of series. <c>BINNACLE_REGEX_MATCHES=2000</c> compares as many expressions as that.
/// </summary>
public sealed class RegexMatchingDifferentialTests(ITestOutputHelper output)
{
    private const string Template = "<${0}|$1|$2|${n1}|$name|$$|$1x|$é|$>";

    private static readonly string[] FixedTexts =
    [
        "",
        "a",
        "b",
        "ab",
        "ba",
        "aa",
        "aab",
        "abab",
        "K",
        "k",
        "\u212a",
        "s",
        "S",
        "ſ",
        "ß",
        "ẞ",
        "é",
        "É",
        "Σσς",
        "日",
        "日本",
        "😀",
        "😀a",
        "\n",
        "a\n",
        "\na",
        "a\nb",
        "a b",
        "_",
        "-",
        ".",
        "a.b",
        "axb",
        "0",
        "09",
        "a0",
        "Z9_",
        "a:b/c",
        "{",
        "}",
        "{,3}",
        "]",
        "\t",
        "\u00a0",
    ];

    private static readonly string[] FixedPatterns =
    [
        ".*",
        ".+",
        "",
        "a|b",
        "a.b",
        @"a\.b",
        "(?-s).*",
        "(?i)k",
        "(?i)s",
        "(?i)ß",
        "(?i)σ",
        "(?i)[a-z]+",
        "(?i)[^k]",
        "(?i)É",
        "(a)(b)?",
        "(a|ab)(b?)",
        "(a*)(a*)",
        "(a*?)(a*)",
        "(a+?)(a*)",
        "(?U)(a*)(a*)",
        "(a|b)*",
        "(|a)*",
        "(|a)+",
        "(a|)*",
        "(a?)*b?",
        "(?P<n1>a)(?P<name>.*)",
        "(?P<name>a)?(?P<name>b)?",
        "(a{0,2})(a*)",
        "(a{1,2}?)(.*)",
        @"\bab\b",
        @"a\b.*",
        @".*\B.*",
        "(?m)a$\nb",
        "(?m:^a$).*",
        "(?m).*^b",
        @"\Aa\z",
        "^a$",
        "^a|b$",
        @"\d+",
        @"\w+",
        @"\W",
        @"\s",
        @"[\s\S]",
        @"[^\s\S]",
        @"\pL+",
        @"\p{Lu}",
        @"(?i)\p{Lu}",
        @"(?i)\P{Lu}",
        @"\p{Greek}+",
        @"\p{Han}+",
        @"\P{Han}",
        @"\PL",
        @"\p{So}",
        @"\pZ",
        @"[[:space:]]",
        "[[:word:]]+",
        "[^a]",
        "(?-s)[^a]",
        @"\x{1f600}.?",
        "(?:a|b|c|_)",
        "(a)|(b)|(ab)",
        "((a)|b)*",
        "(a(b)?)+",
        "(?:(a)|b)*",
        "(a){0}b?",
        "((a){0,1}){2}",
        ".*a.*",
        ".*b.*|.*a.*",
        "a.*b",
        "(?i)A.*",
        "(?i:a)b",
        "a?a?a?aaa",
        "(.)(.)?.*",
        "(.*)(.+)",
        "(.+?)(b.*)?",
        @"(\w)?\W?(\w)?",
        "(?s:.)",
        "[日-月].*",
        "(a|b){1,3}",
        "(a|b){2}?",
        "(^a)?b?",
        "(a$)?",
        "(?:^)*a",
        "(?:$)+",
        "a|ab|abc",
        "{,3}",
        "{",
        "]",
    ];

    [Fact]
    [Trait("Guarantee", "RE2")]
    public async Task Values_match_as_in_Prometheus()
    {
        var asked = int.TryParse(Environment.GetEnvironmentVariable("BINNACLE_REGEX_MATCHES"), out var count)
            ? count
            : 200;
        const int batch = 200;
        for (var done = 0; done < asked; done += batch)
        {
            var generator = new RegexGenerator(seed: 7000 + done);
            string[] texts =
            [
                .. FixedTexts.Concat(Enumerable.Range(0, 40).Select(_ => generator.NextText())).Distinct(),
            ];
            string[] patterns =
            [
                .. (done == 0 ? FixedPatterns : []).Concat(
                    Enumerable.Range(0, batch).Select(_ => generator.NextSmall())
                ),
            ];
            var (cases, pairs, differences) = await CompareAsync(texts, patterns);
            output.WriteLine($"{cases} expressions over {texts.Length} texts, {pairs} matches");
            differences.ShouldBeEmpty(differences);
        }
    }

    [Fact]
    public async Task The_judge_sees_a_difference()
    {
        string[] texts = ["a", "b"];
        foreach (
            var expected in (string[][])
                [
                    ["a"],
                    ["b"],
                    ["a", "b"],
                    [],
                ]
        )
        {
            var test = Case("""m{v=~"a"}""", expected.Select(text => Series(texts, text, null)));
            var (exitCode, _) = await Promtool.OrSkip().TestRulesAsync(File(texts, [test]));
            (exitCode == 0).ShouldBe(expected is ["a"]);
        }
    }

    private static async Task<(int Cases, int Matches, string Differences)> CompareAsync(
        string[] texts,
        string[] patterns
    )
    {
        var tests = new JsonArray();
        var matches = 0;
        foreach (var pattern in patterns)
        {
            var quoted = RegexDifferentialTests.Quote(pattern);
            if (Re2Pattern.TryParse(pattern, out var matcher, out _))
            {
                string[] found = [.. texts.Where(text => matcher.IsMatch(text))];
                matches += found.Length;
                // The empty label is none, and a matcher of a label's absence needs the name beside it: as here.
                tests.Add(Case($"m{{v=~{quoted}}}", found.Select(text => Series(texts, text, null))));
            }

            if (Re2Pattern.TryParse(pattern, Re2Use.Relabeling, out var relabel, out _))
            {
                tests.Add(
                    Case(
                        $"label_replace(m, \"out\", {RegexDifferentialTests.Quote(Template)}, \"v\", {quoted})",
                        texts.Select(text => Series(texts, text, relabel.Replace(text, Template)))
                    )
                );
            }
        }

        var (exitCode, words) = await Promtool.OrSkip().TestRulesAsync(File(texts, tests));
        return (tests.Count, matches, exitCode == 0 ? "" : words);
    }

    /// <summary>A file of promtool's unit tests: JSON is YAML.</summary>
    private static string File(string[] texts, JsonArray tests) =>
        new JsonObject
        {
            ["tests"] = new JsonArray(
                new JsonObject
                {
                    ["interval"] = "1m",
                    ["input_series"] = new JsonArray([
                        .. texts.Select(text => new JsonObject
                        {
                            ["series"] = Series(texts, text, null),
                            ["values"] = "1",
                        }),
                    ]),
                    ["promql_expr_test"] = tests,
                }
            ),
        }.ToJsonString();

    private static JsonObject Case(string expression, IEnumerable<string> series) =>
        new()
        {
            ["expr"] = expression,
            ["eval_time"] = "0m",
            ["exp_samples"] = new JsonArray([
                .. series.Select(labels => new JsonObject { ["labels"] = labels, ["value"] = 1 }),
            ]),
        };

    private static string Series(string[] texts, string text, string? result)
    {
        var more = result is null ? "" : $",out={RegexDifferentialTests.Quote(result)}";
        return $"m{{i=\"{Array.IndexOf(texts, text)}\",v={RegexDifferentialTests.Quote(text)}{more}}}";
    }
}
