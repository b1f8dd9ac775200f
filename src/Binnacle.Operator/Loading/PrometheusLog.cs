using System.Globalization;
using System.Text.RegularExpressions;
using Binnacle.Rendering;

namespace Binnacle.Operator.Loading;

/// <summary>
/// Reads out of Prometheus's log which rules it refused. The answer to a reload says only that something was wrong;
/// the log names file, group, position, alert and fault:
/// <c>err="/…/rules-21.yaml: group \"shop/default\", rule 5, \"TooSlow\": annotation \"summary\": template: …"</c>.
/// </summary>
internal static partial class PrometheusLog
{
    /// <summary>
    /// Rules at fault in the newest load, with Prometheus's words, by the resource they came from. What an earlier load
    /// brought up may have been corrected since. Pure.
    /// </summary>
    public static IReadOnlyDictionary<ResourceRef, string> Faults(string log, IReadOnlyList<PlannedRule> rules)
    {
        var faults = new Dictionary<ResourceRef, string>();
        Dictionary<(string Group, int Index), PlannedRule>? byPlace = null;
        foreach (var line in log.Split('\n'))
        {
            if (line.Contains("msg=\"Loading configuration file\"", StringComparison.Ordinal))
            {
                faults.Clear();
                continue;
            }

            // The second is what a server says that ends at its start.
            if (
                !line.Contains("loading groups failed", StringComparison.OrdinalIgnoreCase)
                && !line.Contains("Error loading rule file patterns", StringComparison.Ordinal)
            )
            {
                continue;
            }

            // The value is a Go string literal: undo its escapes before looking into it.
            var match = RuleFault().Match(line.Replace("\\\"", "\"", StringComparison.Ordinal));
            if (!match.Success)
            {
                continue;
            }

            byPlace ??= rules.ToDictionary(rule => (rule.Group, rule.Index));
            if (
                int.TryParse(match.Groups["rule"].ValueSpan, CultureInfo.InvariantCulture, out var position)
                && byPlace.TryGetValue((match.Groups["group"].Value, position - 1), out var rule)
                && rule.Name == match.Groups["name"].Value
            )
            {
                var words = match
                    .Groups["words"]
                    .Value.TrimEnd()
                    .TrimEnd('"')
                    .Replace("\\\\", "\\", StringComparison.Ordinal);
                faults[rule.Source] = Field(rule) + words;
            }
        }

        return faults;
    }

    private static string Field(PlannedRule rule) =>
        rule.Source.Kind == "AlertRule" && !rule.IsAlert ? $"spec.recordings ({rule.Name}): " : "";

    [GeneratedRegex(
        """group "(?<group>[^"]+)", rule (?<rule>\d+), "(?<name>[^"]*)": (?<words>.+)$""",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex RuleFault();
}
