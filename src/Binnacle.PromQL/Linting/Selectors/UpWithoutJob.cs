using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Selectors;

/// <summary>An alert on every target there is, whoever runs it.</summary>
internal sealed class UpWithoutJob() : LintRule("up-without-job", LintSeverity.Info, "up == 0 for the targets of all jobs")
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
                && !selector.Matchers.Any(matcher => matcher.Label is not LabelFlow.MetricName && !IsOpen(matcher))
                && parent?.Node is BinaryExpression { Operator.Kind: TokenKind.Equal or TokenKind.Less or TokenKind.NotEqual }
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

    private static bool IsOpen(LabelMatcher matcher) =>
        matcher.Operator is TokenKind.RegexMatch && PatternFacts.Of(matcher.Value).MatchesEverything;
}
