using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Syntax;
using Binnacle.PromQL.Templates;

namespace Binnacle.PromQL.Linting.Labels;

/// <summary>A template that prints a label which the expression cannot produce.</summary>
internal sealed class AnnotationLabelLost()
    : LintRule(
        "annotation-label-lost",
        LintSeverity.Warning,
        "a template uses a label that the expression does not have"
    )
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
            var told = new HashSet<string>();
            foreach (var use in template.Template.Labels)
            {
                // One telling per label and text is enough.
                if (
                    use is { Source: TemplateLabelSource.Alert, Name: { } name }
                    && !IsAdded(name)
                    && labels.WhyLacking(name) is { } loss
                    && told.Add(name)
                )
                {
                    subject.Report(
                        this,
                        template.Field.Source,
                        new TextSpan(use.Offset, use.End),
                        $"the alert has no label {name}, so this prints nothing: {loss.Because}",
                        Fix(loss, name)
                    );
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
