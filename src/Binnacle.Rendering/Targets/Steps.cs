using Binnacle.Rendering.Prometheus;
using Kubernetes.Models;

namespace Binnacle.Rendering.Targets;

/// <summary>The relabelling steps that the configuration is built of.</summary>
internal static class Steps
{
    /// <summary>Writes a fixed value.</summary>
    public static RelabelConfig Set(string label, string value) =>
        new() { TargetLabel = label, Replacement = RegexText.Literal(value) };

    /// <summary>Copies a label; nothing is written where the source is empty.</summary>
    public static RelabelConfig Copy(string from, string to) =>
        new()
        {
            SourceLabels = [from],
            Regex = "(.+)",
            TargetLabel = to,
        };

    /// <summary>Keeps only what a pattern matches.</summary>
    public static RelabelConfig Keep(string label, string pattern) =>
        new()
        {
            SourceLabels = [label],
            Regex = pattern,
            Action = "keep",
        };

    /// <summary>Drops what a pattern matches.</summary>
    public static RelabelConfig Drop(string label, string pattern) =>
        new()
        {
            SourceLabels = [label],
            Regex = pattern,
            Action = "drop",
        };

    /// <summary>Keeps only what a label selector matches, given the prefix of the labels in discovery.</summary>
    /// <param name="selector">The selector; empty matches everything.</param>
    /// <param name="meta">For example <c>__meta_kubernetes_service</c>.</param>
    public static IEnumerable<RelabelConfig> Selected(LabelSelector selector, string meta)
    {
        foreach (var (name, value) in (selector.MatchLabels ?? Empty).OrderBy(l => l.Key, StringComparer.Ordinal))
        {
            yield return KeepPresent(meta, name, RegexText.Quote(value));
        }

        foreach (var requirement in selector.MatchExpressions ?? [])
        {
            var values = RegexText.AnyOf((requirement.Values ?? []).Select(RegexText.Quote));
            yield return requirement.Operator switch
            {
                "In" => KeepPresent(meta, requirement.Key, values),
                "NotIn" => DropPresent(meta, requirement.Key, values),
                "Exists" => Keep(Present(meta, requirement.Key), "true"),
                _ => Drop(Present(meta, requirement.Key), "true"),
            };
        }
    }

    private static readonly IReadOnlyDictionary<string, string> Empty = new Dictionary<string, string>();

    // A label that is there with an empty value looks like a missing one, except for its "labelpresent" twin.
    private static RelabelConfig KeepPresent(string meta, string name, string pattern) =>
        new()
        {
            SourceLabels = [Label(meta, name), Present(meta, name)],
            Regex = $"({pattern});true",
            Action = "keep",
        };

    private static RelabelConfig DropPresent(string meta, string name, string pattern) =>
        new()
        {
            SourceLabels = [Label(meta, name), Present(meta, name)],
            Regex = $"({pattern});true",
            Action = "drop",
        };

    private static string Label(string meta, string name) => $"{meta}_label_{RegexText.MetaName(name)}";

    private static string Present(string meta, string name) => $"{meta}_labelpresent_{RegexText.MetaName(name)}";
}
