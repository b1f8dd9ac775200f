using System.Buffers;
using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Flow;

/// <summary>What can be said of a matcher's regular expression, found when it is asked for.</summary>
internal sealed class PatternFacts
{
    private static readonly SearchValues<char> Operators = SearchValues.Create(@"\.+*?()[]{}^$|");

    private readonly string _text;
    private readonly Re2Pattern? _pattern;

    private PatternFacts(string text, Re2Pattern? pattern, bool isPlain)
    {
        (_text, _pattern) = (text, pattern);
        IsPlain = isPlain;
    }

    /// <summary>A pattern without any operator, which is most of those that are literals.</summary>
    private bool IsPlain { get; }

    /// <summary>Whether it matches the empty string; null for a pattern with faults.</summary>
    public bool? MatchesEmpty => IsPlain ? _text.Length == 0 : _pattern?.MatchesEmpty;

    /// <summary>True for <c>.*</c> in its spellings.</summary>
    public bool MatchesEverything => _pattern is { Facts.MatchesEverything: true };

    /// <summary>The one string it matches; null for a pattern.</summary>
    public string? Literal =>
        IsPlain ? _text
        : Alternatives is [var only] ? only
        : null;

    /// <summary>The strings it matches, where they are few; otherwise null.</summary>
    public IReadOnlyList<string>? Alternatives => IsPlain ? [_text] : _pattern?.Facts.Alternatives;

    /// <summary>Places where a backslash stands twice before a letter, where one was meant.</summary>
    public IReadOnlyList<int> DoubledBackslashes => _pattern?.Facts.DoubledBackslashes ?? [];

    public static PatternFacts Of(string pattern)
    {
        if (!pattern.AsSpan().ContainsAny(Operators))
        {
            return new PatternFacts(pattern, null, isPlain: true);
        }

        return new PatternFacts(
            pattern,
            Re2Pattern.TryParse(pattern, out var parsed, out _) ? parsed : null,
            isPlain: false
        );
    }

    /// <summary>Whether the whole of <paramref name="value"/> is matched; null for a pattern with faults.</summary>
    public bool? Matches(string value) => IsPlain ? _text == value : _pattern?.IsMatch(value);
}
