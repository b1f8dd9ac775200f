using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.PromQL.Flow;

/// <summary>What can be said of a matcher's regular expression.</summary>
/// <param name="MatchesEmpty">Whether it matches the empty string; null for what is no regular expression.</param>
/// <param name="MatchesEverything">True for <c>.*</c> in its spellings.</param>
/// <param name="Literal">The one string it matches; null for a pattern.</param>
/// <param name="Alternatives">The strings it matches, where they are several and few (<c>a|b</c>); otherwise null.</param>
internal readonly record struct PatternFacts(
    bool? MatchesEmpty,
    bool MatchesEverything,
    string? Literal,
    IReadOnlyList<string>? Alternatives
)
{
    private Re2Pattern? Pattern { get; init; }

    public static PatternFacts Of(string pattern)
    {
        if (!Re2Pattern.TryParse(pattern, out var regex, out _))
        {
            return default;
        }

        var (facts, literal) = (regex.Facts, regex.Facts.Literal);
        return new PatternFacts(
            regex.MatchesEmpty,
            facts.MatchesEverything,
            literal,
            literal is null && facts.Alternatives is { Count: > 1 } several ? several : null
        )
        {
            Pattern = regex,
        };
    }

    /// <summary>Whether the whole of <paramref name="value"/> is matched; null for what is no regular expression.</summary>
    public bool? Matches(string value) => Pattern?.IsMatch(value);
}
