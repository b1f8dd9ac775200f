using System.Text.RegularExpressions;

namespace Binnacle.PromQL.Grafana;

/// <summary>
/// A variable in a dashboard's text, in one of Grafana's three spellings: <c>$name</c>, <c>${name:format}</c>,
/// <c>[[name:format]]</c> (https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/).
/// </summary>
/// <param name="Start">Index of its first character.</param>
/// <param name="End">Index behind its last one.</param>
/// <param name="Name">Its name, without field path and format.</param>
internal readonly partial record struct GrafanaVariable(int Start, int End, string Name)
{
    /// <summary>All variables of a text, in order; those in string literals too.</summary>
    public static IEnumerable<GrafanaVariable> In(string text)
    {
        foreach (Match match in Spelling().Matches(text))
        {
            var name = match.Groups["name"];
            yield return new GrafanaVariable(match.Index, match.Index + match.Length, name.Value);
        }
    }

    /// <summary>Grafana puts a duration here: <c>15s</c>, <c>6h</c>.</summary>
    public bool IsDuration => Name is "__interval" or "__rate_interval" or "__range";

    /// <summary>Grafana puts a number here.</summary>
    public bool IsNumber => Name is "__interval_ms" or "__range_s" or "__range_ms" or "__from" or "__to";

    [GeneratedRegex(
        @"\$(?<name>\w+)|\[\[(?<name>\w+)(:\w+)?\]\]|\$\{(?<name>\w+)(\.[^:}]+)?(:[^}]+)?\}",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Spelling();
}
