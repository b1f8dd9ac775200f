using System.Text.RegularExpressions;

namespace PromQlDifferential.Corpus;

/// <summary>Expressions out of Prometheus's own tests and out of programs that hold queries as strings.</summary>
internal static partial class TestScripts
{
    /// <summary>What <c>eval instant at 5m …</c> and <c>eval range …</c> lines of promqltest scripts evaluate.</summary>
    public static IEnumerable<string> Evaluated(string script) =>
        Evaluation().Matches(script).Select(match => match.Groups["expression"].Value.Trim());

    /// <summary>
    /// String literals that look like expressions, and what Prometheus's parser tests call <c>input</c> whatever it looks
    /// like.
    /// </summary>
    public static IEnumerable<string> Literals(string program)
    {
        foreach (Match match in Input().Matches(program))
        {
            yield return Unquote(match.Groups["literal"].Value);
        }

        foreach (Match match in Literal().Matches(program))
        {
            var text = Unquote(match.Value);
            if (LooksLikeQuery().IsMatch(text))
            {
                yield return text;
            }
        }
    }

    private static string Unquote(string literal)
    {
        var body = literal[1..^1];
        return literal[0] is '`' ? body : Escape().Replace(body, match => Unescape(match.Value));
    }

    private static string Unescape(string escape) =>
        escape[1] switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'u' => ((char)Convert.ToInt32(escape[2..], 16)).ToString(),
            var c => c.ToString(),
        };

    [GeneratedRegex(
        @"^\s*eval(?:_\w+)?\s+(?:instant|range)\s+(?:at|from)\s+\S+(?:\s+to\s+\S+\s+step\s+\S+)?\s+(?<expression>.+)$",
        RegexOptions.Multiline
    )]
    private static partial Regex Evaluation();

    [GeneratedRegex("""(?:input|in|query|expr):\s+(?<literal>"(?:[^"\\\n]|\\.)*"|`[^`]*`)""")]
    private static partial Regex Input();

    [GeneratedRegex(
        """
            "(?:[^"\\\n]|\\.)*"|`[^`]*`
            """
    )]
    private static partial Regex Literal();

    [GeneratedRegex(@"\w+\(.*\w+.*\)|\w\{.*\}|[\w)\]}] (?:==|>|<|\+|-|\*|/|and|or|unless) [\w(]")]
    private static partial Regex LooksLikeQuery();

    [GeneratedRegex(@"\\(?:u[0-9a-fA-F]{4}|.)")]
    private static partial Regex Escape();
}
