using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Matching;

/// <summary>Two matchers of one selector that no value passes together.</summary>
internal sealed class ContradictoryMatchers()
    : LintRule("contradictory-matchers", LintSeverity.Warning, "matchers of one label that exclude each other")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (selector, _) in subject.Selectors)
        {
            var matchers = selector.Matchers;
            for (var i = 1; i < matchers.Count; i++)
            {
                for (var j = 0; j < i; j++)
                {
                    if (matchers[i].Label == matchers[j].Label && Exclude(subject, matchers[j], matchers[i]))
                    {
                        subject.Report(
                            this,
                            matchers[i].Span,
                            $"no series has {Write(matchers[j])} and {Write(matchers[i])} at once",
                            "remove one of them"
                        );
                    }
                }
            }
        }
    }

    private static bool Exclude(LintSubject subject, LabelMatcher a, LabelMatcher b) =>
        Refuses(subject, a, b) || Refuses(subject, b, a);

    /// <summary>True where the values that <paramref name="positive"/> asks for are known, and the other matcher stops them all.</summary>
    private static bool Refuses(LintSubject subject, LabelMatcher positive, LabelMatcher other)
    {
        switch (positive.Operator)
        {
            case TokenKind.Assign:
                return Passes(subject, other, positive.Value) is false;
            case TokenKind.RegexMatch:
                var pattern = subject.Pattern(positive);
                var values = pattern.Alternatives ?? [];
                foreach (var value in values)
                {
                    if (Passes(subject, other, value) is not false)
                    {
                        return false;
                    }
                }

                return values.Count > 0;
            // What may not match everything leaves nothing over.
            case TokenKind.NotEqual when other.Operator is TokenKind.Assign:
                return positive.Value == other.Value;
            default:
                return false;
        }
    }

    private static bool? Passes(LintSubject subject, LabelMatcher matcher, string value) =>
        matcher.Operator switch
        {
            TokenKind.Assign => matcher.Value == value,
            TokenKind.NotEqual => matcher.Value != value,
            TokenKind.RegexMatch => subject.Pattern(matcher).Matches(value),
            _ => !subject.Pattern(matcher).Matches(value),
        };

    private static string Write(LabelMatcher matcher) => $"{matcher.Label}{matcher.OperatorText}\"{matcher.Value}\"";
}
