using System.Globalization;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Selectors;

/// <summary>A label selector in its string form: <c>a=b,c!=d,e in (f,g),h notin (i),j,!k,l&gt;1</c>.</summary>
internal sealed class LabelSelector
{
    private readonly List<Requirement> requirements = [];

    /// <summary>Matches everything.</summary>
    public static LabelSelector Everything { get; } = new();

    public bool IsEmpty => requirements.Count == 0;

    /// <summary>Reads a selector.</summary>
    /// <exception cref="ApiException">400: the text is no selector.</exception>
    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        var selector = new LabelSelector();
        foreach (var part in Split(text))
        {
            selector.requirements.Add(ParseRequirement(part.Trim(), text));
        }

        return selector;
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> Split(string text)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch
            {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static Requirement ParseRequirement(string part, string whole)
    {
        if (part.StartsWith('!'))
        {
            return new(CheckKey(part[1..].Trim(), whole), Operator.Absent, []);
        }

        foreach (var (word, operation) in new[] { (" notin ", Operator.NotIn), (" in ", Operator.In) })
        {
            var spaced = part.Replace('\t', ' ').Replace("(", " (", StringComparison.Ordinal);
            var at = spaced.IndexOf(word, StringComparison.Ordinal);
            if (at > 0)
            {
                var set = spaced[(at + word.Length)..].Trim();
                if (!set.StartsWith('(') || !set.EndsWith(')'))
                {
                    throw Unreadable(whole, $"expected a set in parentheses in '{part}'");
                }

                var values = set[1..^1].Split(',', StringSplitOptions.TrimEntries);
                return new(CheckKey(spaced[..at].Trim(), whole), operation, values);
            }
        }

        foreach (var (sign, operation) in new[] { ("!=", Operator.NotIn), ("==", Operator.In), ("=", Operator.In) })
        {
            var at = part.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0)
            {
                return new(CheckKey(part[..at].Trim(), whole), operation, [part[(at + sign.Length)..].Trim()]);
            }
        }

        foreach (var (sign, operation) in new[] { ('>', Operator.Greater), ('<', Operator.Less) })
        {
            var at = part.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0)
            {
                var bound = part[(at + 1)..].Trim();
                return long.TryParse(bound, CultureInfo.InvariantCulture, out _)
                    ? new(CheckKey(part[..at].Trim(), whole), operation, [bound])
                    : throw Unreadable(whole, $"'{bound}' is no integer");
            }
        }

        return new(CheckKey(part, whole), Operator.Present, []);
    }

    private static string CheckKey(string key, string whole) =>
        key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
            ? key
            : throw Unreadable(whole, $"'{key}' is no label name");

    private static ApiException Unreadable(string whole, string why) =>
        ApiException.BadRequest($"unable to parse requirement: {why} (labelSelector \"{whole}\")");

    private enum Operator
    {
        In,
        NotIn,
        Present,
        Absent,
        Greater,
        Less,
    }

    private sealed record Requirement(string Key, Operator Operator, string[] Values)
    {
        public bool Matches(IReadOnlyDictionary<string, string> labels)
        {
            var present = labels.TryGetValue(Key, out var value);
            return Operator switch
            {
                Operator.In => present && Values.Contains(value, StringComparer.Ordinal),
                Operator.NotIn => !present || !Values.Contains(value, StringComparer.Ordinal),
                Operator.Present => present,
                Operator.Absent => !present,
                _ => present
                    && long.TryParse(value, CultureInfo.InvariantCulture, out var number)
                    && long.Parse(Values[0], CultureInfo.InvariantCulture) is var bound
                    && (Operator == Operator.Greater ? number > bound : number < bound),
            };
        }
    }
}
