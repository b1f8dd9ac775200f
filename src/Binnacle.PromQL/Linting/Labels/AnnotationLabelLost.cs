using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Labels;

/// <summary>A template that prints a label which the expression cannot produce.</summary>
internal sealed class AnnotationLabelLost()
    : LintRule("annotation-label-lost", LintSeverity.Warning, "a template uses a label that the expression does not have")
{
    internal override void Check(LintSubject subject)
    {
        if (!subject.IsAlert || subject.Context.Root is not { } root)
        {
            return;
        }

        var labels = subject.Labels(root);
        foreach (var template in subject.Templates)
        {
            string? last = null;
            foreach (var use in template.Labels)
            {
                // One telling per label and text is enough.
                if (use.Label != last && !IsAdded(use.Label) && labels.WhyLacking(use.Label) is { } loss)
                {
                    subject.Report(
                        this,
                        template.Field.Source,
                        use.Span,
                        $"the alert has no label {use.Label}, so this prints nothing: {loss.Because}",
                        Fix(loss, use.Label)
                    );
                    last = use.Label;
                }
            }
        }
    }

    /// <summary>Prometheus sets the name of the alert itself; labels of the rule are not visible in templates.</summary>
    private static bool IsAdded(string label) => label is "alertname" or "alertstate";

    private static string Fix(LabelLoss loss, string label) =>
        loss.Kind switch
        {
            LabelLossKind.Aggregation => $"keep {label} in the aggregation, or leave it out here",
            LabelLossKind.Absent => $"set {label} with = in the selector, or leave it out here",
            LabelLossKind.Matching => $"add {label} to on (…) or to a group clause, or leave it out here",
            _ => "leave it out here",
        };
}
