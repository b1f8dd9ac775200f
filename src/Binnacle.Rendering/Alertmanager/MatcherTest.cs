using Binnacle.Api.Syntax;
using Binnacle.PromQL.RegularExpressions;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>Decides as Alertmanager does whether a label's value passes a matcher; reads its expression once.</summary>
/// <exception cref="FormatException">The matcher's regular expression is wrong.</exception>
internal sealed class MatcherTest(Matcher matcher)
{
    private readonly Re2Pattern? _pattern = matcher.Operator is MatchOperator.Matches or MatchOperator.NotMatches
        ? Re2Pattern.Parse(matcher.Value, Re2Use.WholeText)
        : null;

    public string Label => matcher.Name;

    /// <summary>Whether the value passes; null stands for a label that is not there, which has the value "".</summary>
    public bool Passes(string? value) =>
        matcher.Operator switch
        {
            MatchOperator.Equal => (value ?? "") == matcher.Value,
            MatchOperator.NotEqual => (value ?? "") != matcher.Value,
            MatchOperator.Matches => _pattern!.IsMatch(value ?? ""),
            _ => !_pattern!.IsMatch(value ?? ""),
        };
}
