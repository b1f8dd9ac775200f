using System.Text.RegularExpressions;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting;

/// <summary>Finds the uses of <c>$labels</c> and <c>$value</c> in the actions of a template.</summary>
internal static partial class TemplateScanner
{
    private const int Behind = 12;

    public static TemplateUses Scan(LintField field, bool isLabel)
    {
        var text = field.Source.Text;
        var labels = new List<LabelUse>();
        var values = new List<ValueUse>();
        var position = 0;
        // Inside range and with over query results, .Value and .Labels are those of the results.
        var depth = 0;
        while (text.IndexOf("{{", position, StringComparison.Ordinal) is var open and >= 0)
        {
            var close = text.IndexOf("}}", open, StringComparison.Ordinal);
            if (close < 0)
            {
                break;
            }

            var start = open + 2;
            var action = text[start..close];
            var head = action.AsSpan().Trim("- \t\r\n");
            if (!head.StartsWith("/*"))
            {
                depth +=
                    head.StartsWith("range") || head.StartsWith("with") || head.StartsWith("if") || head.StartsWith("define") ? 1
                    : head is "end" ? -1
                    : 0;
                ScanAction(text, start, action, close + 2, depth, labels, values);
            }

            position = close + 2;
        }

        return new TemplateUses(field, isLabel, labels, values);
    }

    private static void ScanAction(
        string text,
        int start,
        string action,
        int end,
        int depth,
        List<LabelUse> labels,
        List<ValueUse> values
    )
    {
        foreach (Match match in Label().Matches(action))
        {
            var name = match.Groups["name"].Success ? match.Groups["name"] : match.Groups["quoted"];
            if (match.Value[0] is '$' || depth == 0)
            {
                labels.Add(new LabelUse(name.Value, new TextSpan(start + name.Index, start + name.Index + name.Length)));
            }
        }

        foreach (Match match in Value().Matches(action))
        {
            if (match.Value[0] is not '$' && depth > 0)
            {
                continue;
            }

            var words = action.Trim('-', ' ', '\t', '\r', '\n');
            var printed = !Keyword().IsMatch(words);
            var pipeline = words.Split('|');
            var last = pipeline[^1].Trim();
            var function = pipeline.Length > 1 ? last.Split(' ')[0]
                : words == match.Value ? null
                : words.Split(' ')[0];
            values.Add(
                new ValueUse(
                    new TextSpan(start + match.Index, start + match.Index + match.Length),
                    function,
                    Format().Match(action) is { Success: true } format ? format.Groups["format"].Value : null,
                    printed,
                    text.Substring(end, Math.Min(Behind, text.Length - end))
                )
            );
        }
    }

    [GeneratedRegex(@"(?:\$labels|(?<![\w$.)])\.Labels)\.(?<name>[a-zA-Z_][a-zA-Z0-9_]*)|index\s+\$labels\s+[""`](?<quoted>[^""`]+)[""`]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();

    [GeneratedRegex(@"\$value\b|(?<![\w$.)])\.Value\b", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Value();

    [GeneratedRegex(@"^(?:if|else|with|range|end|template|define|block|\$\w+\s*:?=)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Keyword();

    [GeneratedRegex(@"printf\s+[""`](?<format>[^""`]*)[""`]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Format();
}
