using System.Buffers;

namespace Binnacle.PromQL.Flow;

/// <summary>What can be said of a matcher's regular expression at a glance.</summary>
/// <param name="MatchesEmpty">Whether it matches the empty string; null where that needs more than a glance.</param>
/// <param name="MatchesEverything">True for <c>.*</c> in its spellings.</param>
/// <param name="Literal">The one string it matches; null for a pattern.</param>
/// <param name="Alternatives">The strings it matches, where it is a list of them (<c>a|b</c>); otherwise null.</param>
internal readonly record struct PatternFacts(
    bool? MatchesEmpty,
    bool MatchesEverything,
    string? Literal,
    IReadOnlyList<string>? Alternatives
)
{
    private static readonly SearchValues<char> Operators = SearchValues.Create(@"\.+*?()[]{}^$|");

    public static PatternFacts Of(string pattern)
    {
        var inner = Unwrap(pattern);
        if (inner is ".*" or "" or ".*?" or "(.*)")
        {
            return new PatternFacts(true, inner.Length > 0, inner.Length == 0 ? "" : null, null);
        }

        if (inner is ".+" or "(.+)" or "..*" or ".+?")
        {
            return new PatternFacts(false, false, null, null);
        }

        if (!inner.Contains('|', StringComparison.Ordinal))
        {
            return Unescape(inner) is { } literal
                ? new PatternFacts(literal.Length == 0, false, literal, null)
                : new PatternFacts(Empty(inner), false, null, null);
        }

        var parts = inner.Split('|');
        var alternatives = new string[parts.Length];
        bool? empty = false;
        for (var i = 0; i < parts.Length; i++)
        {
            if (Unescape(parts[i]) is not { } alternative)
            {
                return new PatternFacts(null, false, null, null);
            }

            alternatives[i] = alternative;
            empty = alternative.Length == 0 ? true : empty;
        }

        return new PatternFacts(empty, false, null, alternatives);
    }

    /// <summary>Whether the whole of <paramref name="value"/> is matched; null where only a regular expression engine can tell.</summary>
    public bool? Matches(string value) =>
        MatchesEverything ? true
        : Literal is not null ? Literal == value
        : Alternatives is not null ? Alternatives.Contains(value)
        : value.Length == 0 ? MatchesEmpty
        : null;

    /// <summary>Without what the whole match implies: <c>^(?:…)$</c>.</summary>
    private static string Unwrap(string pattern)
    {
        var inner = pattern;
        if (inner.StartsWith('^'))
        {
            inner = inner[1..];
        }

        if (inner.EndsWith('$') && !inner.EndsWith(@"\$", StringComparison.Ordinal))
        {
            inner = inner[..^1];
        }

        if (inner.Length > 1 && inner[0] is '(' && inner.IndexOf(')', StringComparison.Ordinal) == inner.Length - 1)
        {
            var start = inner.StartsWith("(?:", StringComparison.Ordinal) ? 3 : 1;
            if (inner.AsSpan(start).IndexOfAny("(?\\") < 0)
            {
                inner = inner[start..^1];
            }
        }

        return inner;
    }

    /// <summary>The text that a pattern without operators stands for, or null.</summary>
    private static string? Unescape(string pattern)
    {
        if (pattern.AsSpan().IndexOfAny(Operators) < 0)
        {
            return pattern;
        }

        var text = new char[pattern.Length];
        var length = 0;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c is '\\')
            {
                if (++i == pattern.Length || char.IsAsciiLetterOrDigit(pattern[i]))
                {
                    return null;
                }

                c = pattern[i];
            }
            else if (Operators.Contains(c))
            {
                return null;
            }

            text[length++] = c;
        }

        return new string(text, 0, length);
    }

    /// <summary>A pattern that starts or ends with a plain character that nothing repeats does not match the empty string.</summary>
    private static bool? Empty(string pattern) =>
        (char.IsAsciiLetterOrDigit(pattern[^1]) && !pattern.Contains('\\', StringComparison.Ordinal))
        || (
            (char.IsAsciiLetterOrDigit(pattern[0]) || pattern[0] is '/' or '-' or '_')
            && (pattern.Length == 1 || pattern[1] is not ('*' or '?' or '{'))
        )
            ? false
            : null;
}
