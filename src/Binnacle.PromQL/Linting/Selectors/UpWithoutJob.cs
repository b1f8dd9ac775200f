using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Selectors;

/// <summary>An alert on every target there is, whoever runs it.</summary>
internal sealed class UpWithoutJob()
    : LintRule("up-without-job", LintSeverity.Info, "up == 0 for the targets of all jobs")
{
    internal override void Check(LintSubject subject)
    {
        if (!subject.IsAlert)
        {
            return;
        }

        foreach (var (selector, parent) in subject.Selectors)
        {
            if (
                selector.MetricName is "up"
                && !selector.Matchers.Any(matcher =>
                    matcher.Label is not LabelFlow.MetricName && !IsOpen(subject, matcher)
                )
                && !IsSortedByJob(parent)
                && parent?.Node
                    is BinaryExpression { Operator.Kind: TokenKind.Equal or TokenKind.Less or TokenKind.NotEqual }
            )
            {
                subject.Report(
                    this,
                    selector.Span,
                    "up without a job speaks for the targets of every team",
                    "select your own: up{job=\"…\"}"
                );
            }
        }
    }

    /// <summary>An aggregation or a comparison with the rest of the job looks at all jobs on purpose.</summary>
    private static bool IsSortedByJob(Part<Expression>? parent)
    {
        for (var part = parent; part is not null; part = part.Parent)
        {
            if (part.Node is Aggregation or BinaryExpression { Matching.Mode: not MatchingMode.None })
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOpen(LintSubject subject, LabelMatcher matcher) =>
        matcher.Operator is TokenKind.RegexMatch && subject.Pattern(matcher).MatchesEverything;
}
