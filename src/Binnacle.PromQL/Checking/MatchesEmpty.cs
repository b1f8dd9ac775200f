using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Checking;

/// <summary>Whether a matcher certainly lets series without its label through.</summary>
internal static class MatchesEmpty
{
    /// <summary>False also for what is no regular expression.</summary>
    public static bool Of(LabelMatcher matcher) =>
        matcher.Operator switch
        {
            TokenKind.Assign => matcher.Value.Length == 0,
            TokenKind.NotEqual => matcher.Value.Length > 0,
            TokenKind.RegexMatch => RegexMatch.Of(matcher.Value, "") is true,
            _ => RegexMatch.Of(matcher.Value, "") is false,
        };
}
