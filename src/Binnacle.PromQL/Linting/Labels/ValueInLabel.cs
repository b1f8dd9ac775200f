namespace Binnacle.PromQL.Linting.Labels;

/// <summary>A label whose value is the alert's value: each new value is a new alert.</summary>
internal sealed class ValueInLabel()
    : LintRule("value-in-label", LintSeverity.Warning, "a label of the alert holds its value")
{
    internal override void Check(LintSubject subject)
    {
        if (!subject.IsAlert)
        {
            return;
        }

        foreach (var template in subject.Templates)
        {
            foreach (var use in template.Values)
            {
                if (template.IsLabel && use.IsPrinted)
                {
                    subject.Report(
                        this,
                        template.Field.Source,
                        use.Span,
                        $"the label {template.Field.Name} changes with the value, which ends the alert and begins another each time",
                        "print the value in an annotation"
                    );
                    break;
                }
            }
        }
    }
}
