using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Regexes;

/// <summary>Finds matchers that use a regular expression.</summary>
internal static class RegexMatchers
{
    public static IEnumerable<LabelMatcher> Of(LintSubject subject)
    {
        foreach (var (selector, _) in subject.Selectors)
        {
            foreach (var matcher in selector.Matchers)
            {
                if (matcher.Operator is TokenKind.RegexMatch or TokenKind.RegexNoMatch)
                {
                    yield return matcher;
                }
            }
        }
    }

    public static bool IsNegative(LabelMatcher matcher) => matcher.Operator is TokenKind.RegexNoMatch;
}
