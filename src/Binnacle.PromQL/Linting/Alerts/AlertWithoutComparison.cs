using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Alerts;

/// <summary>An alert that fires for whatever series it finds, or always.</summary>
internal sealed class AlertWithoutComparison()
    : LintRule(
        "alert-without-comparison",
        LintSeverity.Warning,
        "an alert that compares nothing and fires on any sample"
    )
{
    internal override void Check(LintSubject subject)
    {
        if (
            !subject.IsAlert
            || subject.Context.Root is not { } root
            || subject.Value(root).Conditional
            || IsSwitch(subject, root)
            || IsInfo(root)
        )
        {
            return;
        }

        var part = Unconditional(subject, root);
        if (part is BinaryExpression { Matching.Bool: true } comparison)
        {
            subject.Report(
                this,
                comparison.OperatorSpan(),
                "with bool the comparison makes 0 and 1, and the alert fires on both",
                "remove bool"
            );
        }
        else if (subject.Value(part).AlwaysReturns)
        {
            subject.Report(
                this,
                part.Span,
                $"{subject.Quote(part)} always returns something, so the alert always fires",
                "compare it, such as with > 0"
            );
        }
        else
        {
            subject.Report(
                this,
                part.Span,
                "nothing is compared, so the alert fires for every series there is",
                "compare the value, such as with > 0"
            );
        }
    }

    /// <summary>A constant is an alert that fires on purpose, to prove that alerts arrive.</summary>
    private static bool IsSwitch(LintSubject subject, Expression root) =>
        subject.Selectors.Count == 0 && subject.Value(root).AlwaysReturns;

    /// <summary>Series of an info metric are 1 while they are there, and their labels are what is asked for.</summary>
    private static bool IsInfo(Expression root) =>
        root.Unwrap() is VectorSelector { Matchers.Count: > 0, MetricName: { } metric }
        && (
            metric.Contains("_info", StringComparison.Ordinal)
            || metric.EndsWith("_metadata", StringComparison.Ordinal)
            || metric.EndsWith("_labels", StringComparison.Ordinal)
        );

    /// <summary>The branch of <c>or</c> that lets everything through.</summary>
    private static Expression Unconditional(LintSubject subject, Expression part) =>
        part.Unwrap() switch
        {
            BinaryExpression { Operator.Keyword: Keyword.Or } either => subject.Value(either.Left).Conditional
                ? Unconditional(subject, either.Right)
                : Unconditional(subject, either.Left),
            var other => other,
        };
}
