namespace Binnacle.PromQL.Linting.Labels;

/// <summary>A label of the rule that the Prometheus adds too.</summary>
internal sealed class ExternalLabelClash()
    : LintRule("external-label-clash", LintSeverity.Warning, "a label of the rule has the name of an external label")
{
    internal override void Check(LintSubject subject)
    {
        if (subject.Context.ExternalLabels.Count == 0)
        {
            return;
        }

        foreach (var label in subject.Context.Labels)
        {
            if (subject.Context.ExternalLabels.Contains(label.Name))
            {
                subject.Report(
                    this,
                    label.Source,
                    $"{label.Name} is an external label of the stack, and this value hides it from routes and from other Prometheus servers",
                    "use another name"
                );
            }
        }
    }
}
