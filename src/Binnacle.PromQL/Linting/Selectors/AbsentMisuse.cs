using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Selectors;

/// <summary>absent() of something that is never absent, or that can only be absent as a whole.</summary>
internal sealed class AbsentMisuse()
    : LintRule("absent-misuse", LintSeverity.Warning, "absent() that cannot fire, or fires for less than it seems")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (call, _) in subject.Calls)
        {
            if (call is not { Function: "absent" or "absent_over_time", Arguments: [var argument] })
            {
                continue;
            }

            if (subject.Value(argument).AlwaysReturns)
            {
                subject.Report(
                    this,
                    argument.Span,
                    $"{call.Function}() of {subject.Quote(argument)} is always empty, as that always returns something",
                    "remove the part that always returns, such as or vector(0)"
                );
            }
            else if (argument.AsSelector() is { } selector)
            {
                CheckSelector(subject, call, selector);
            }
            else if (
                argument.Unwrap() is BinaryExpression { Matching.Bool: false } filter
                && IsThreshold(subject, filter)
            )
            {
                subject.Report(
                    this,
                    LintSeverity.Info,
                    filter.OperatorSpan(),
                    $"{call.Function}() also fires when the series is there and {subject.Quote(filter)} is false for all of them",
                    "compare outside of it, or write both conditions out with or"
                );
            }
        }
    }

    /// <summary>Comparisons with 0 and 1 ask whether anything is up, which is a sound use.</summary>
    private static bool IsThreshold(LintSubject subject, BinaryExpression filter) =>
        filter.IsComparison
        && subject.Value(filter.Right).Constant is not (0 or 1)
        && !subject.Value(filter.Left).IsScalar;

    private void CheckSelector(LintSubject subject, Call call, VectorSelector selector)
    {
        foreach (var matcher in selector.Matchers)
        {
            if (
                matcher.Operator is TokenKind.RegexMatch
                && subject.Pattern(matcher).Alternatives is { Count: > 1 } alternatives
            )
            {
                subject.Report(
                    this,
                    matcher.Span,
                    $"{call.Function}() fires only when all {alternatives.Count} of {matcher.Label} are gone, not when one of them is",
                    $"write one {call.Function}() for each, joined with or"
                );
                return;
            }
        }
    }
}
