using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Selectors;

/// <summary>A selector that reads all metrics of a target, or of all targets.</summary>
internal sealed class WideSelector()
    : LintRule("wide-selector", LintSeverity.Warning, "a selector without a metric name")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (selector, parent) in subject.Selectors)
        {
            if (selector.Name is null && !IsSecondOfInfo(selector, parent) && !selector.Matchers.Any(Narrows))
            {
                subject.Report(
                    this,
                    selector.Span,
                    $"{subject.Quote(selector)} reads every metric of all targets that it matches",
                    "name the metric"
                );
            }
        }
    }

    private static bool Narrows(LabelMatcher matcher) =>
        matcher.Label is LabelFlow.MetricName
        && matcher.Operator switch
        {
            TokenKind.Assign => true,
            TokenKind.RegexMatch => StartsPlain(matcher.Value),
            _ => false,
        };

    /// <summary>A pattern with a beginning, such as <c>node_.*</c> or <c>(a|b)_total</c>, picks a family of metrics.</summary>
    private static bool StartsPlain(string pattern)
    {
        var start = pattern.AsSpan().TrimStart("^(?:");
        return start.Length > 0 && (char.IsAsciiLetterOrDigit(start[0]) || start[0] is '_' or ':');
    }

    private static bool IsSecondOfInfo(VectorSelector selector, Part<Expression>? parent) =>
        parent?.Node is Call { Function: "info", Arguments: [_, var second] } && ReferenceEquals(second, selector);
}
