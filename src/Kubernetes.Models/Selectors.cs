using System.Text;
using System.Text.RegularExpressions;

namespace Kubernetes.Models;

/// <summary>
/// What a <see cref="LabelSelector"/> means
/// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors).
/// </summary>
public static partial class Selectors
{
    private static readonly IReadOnlyDictionary<string, string> NoLabels = new Dictionary<string, string>();

    /// <summary>Says what is wrong with a selector, one sentence per fault; empty when nothing is.</summary>
    /// <param name="selector">What to look at.</param>
    /// <param name="path">Where the selector is, for the messages: <c>spec.selector</c>.</param>
    public static IReadOnlyList<string> Validate(this LabelSelector selector, string path = "selector")
    {
        var problems = new List<string>();
        foreach (var (key, value) in selector.MatchLabels ?? NoLabels)
        {
            CheckKey(key, $"{path}.matchLabels", problems);
            CheckValue(value, $"{path}.matchLabels[{key}]", problems);
        }
        for (var i = 0; i < (selector.MatchExpressions?.Count ?? 0); i++)
        {
            CheckRequirement(selector.MatchExpressions![i], $"{path}.matchExpressions[{i}]", problems);
        }
        return problems;
    }

    /// <summary>
    /// The selector in the form of the API's <c>labelSelector</c> parameter; empty when it selects everything. Equal
    /// selectors give equal strings: labels are sorted.
    /// </summary>
    /// <exception cref="ArgumentException">The selector is invalid; the message says where and why.</exception>
    public static string ToSelectorString(this LabelSelector selector)
    {
        if (selector.Validate().Count > 0)
        {
            throw Invalid(selector);
        }
        var text = new StringBuilder();
        foreach (
            var (key, value) in (selector.MatchLabels ?? NoLabels).OrderBy(pair => pair.Key, StringComparer.Ordinal)
        )
        {
            Separate(text).Append(key).Append('=').Append(value);
        }
        foreach (var requirement in selector.MatchExpressions ?? [])
        {
            Separate(text)
                .Append(
                    requirement.Operator switch
                    {
                        "In" => $"{requirement.Key} in ({Join(requirement)})",
                        "NotIn" => $"{requirement.Key} notin ({Join(requirement)})",
                        "Exists" => requirement.Key,
                        _ => $"!{requirement.Key}",
                    }
                );
        }
        return text.ToString();

        static string Join(LabelSelectorRequirement requirement) =>
            string.Join(',', requirement.Values!.Order(StringComparer.Ordinal));

        static StringBuilder Separate(StringBuilder text) => text.Length == 0 ? text : text.Append(',');
    }

    /// <summary>
    /// Whether labels satisfy every requirement of a selector. NotIn holds where the label is missing. Cheap: the form
    /// of names and values is not looked at, as wrong ones match nothing.
    /// </summary>
    /// <exception cref="ArgumentException">An operator is unknown, or lacks its values.</exception>
    public static bool Matches(this LabelSelector selector, IReadOnlyDictionary<string, string>? labels)
    {
        labels ??= NoLabels;
        foreach (var (key, wanted) in selector.MatchLabels ?? NoLabels)
        {
            if (!labels.TryGetValue(key, out var actual) || actual != wanted)
            {
                return false;
            }
        }
        foreach (var requirement in selector.MatchExpressions ?? [])
        {
            var present = labels.TryGetValue(requirement.Key, out var actual);
            var holds = requirement.Operator switch
            {
                "In" when requirement.Values is { Count: > 0 } values => present && values.Contains(actual!),
                "NotIn" when requirement.Values is { Count: > 0 } values => !present || !values.Contains(actual!),
                "Exists" => present,
                "DoesNotExist" => !present,
                _ => throw Invalid(selector),
            };
            if (!holds)
            {
                return false;
            }
        }
        return true;
    }

    private static ArgumentException Invalid(LabelSelector selector) =>
        new(string.Join("; ", selector.Validate()), nameof(selector));

    private static void CheckRequirement(LabelSelectorRequirement requirement, string path, List<string> problems)
    {
        CheckKey(requirement.Key, $"{path}.key", problems);
        var values = requirement.Values ?? [];
        switch (requirement.Operator)
        {
            case "In" or "NotIn":
                if (values.Count == 0)
                {
                    problems.Add($"{path}.values: must not be empty when operator is {requirement.Operator}");
                }
                for (var i = 0; i < values.Count; i++)
                {
                    CheckValue(values[i], $"{path}.values[{i}]", problems);
                }
                break;
            case "Exists" or "DoesNotExist":
                if (values.Count > 0)
                {
                    problems.Add($"{path}.values: must be empty when operator is {requirement.Operator}");
                }
                break;
            default:
                problems.Add(
                    $"{path}.operator: '{requirement.Operator}' is not one of In, NotIn, Exists, DoesNotExist"
                );
                break;
        }
    }

    private static void CheckKey(string key, string path, List<string> problems)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var prefix = slash < 0 ? null : key[..slash];
        var name = key[(slash + 1)..];
        if (name.Length is 0 or > 63 || !LabelText().IsMatch(name))
        {
            problems.Add(
                $"{path}: '{key}' is not a label name: the part after the slash must be 1 to 63 letters, digits, "
                    + "'-', '_' or '.', and start and end with a letter or digit"
            );
        }
        if (prefix is not null && (prefix.Length is 0 or > 253 || !DnsName().IsMatch(prefix)))
        {
            problems.Add($"{path}: '{key}' is not a label name: '{prefix}' is not a lower-case DNS name");
        }
    }

    private static void CheckValue(string value, string path, List<string> problems)
    {
        if (value is null || value.Length > 63 || (value.Length > 0 && !LabelText().IsMatch(value)))
        {
            problems.Add(
                $"{path}: '{value}' is not a label value: it must be empty or at most 63 letters, digits, '-', '_' "
                    + "or '.', and start and end with a letter or digit"
            );
        }
    }

    [GeneratedRegex(
        @"\A[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex LabelText();

    [GeneratedRegex(
        @"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex DnsName();
}
