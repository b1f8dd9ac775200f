using Binnacle.PromQL.Syntax;

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
            if (template.IsLabel && template.Printed.FirstOrDefault() is { } use)
            {
                subject.Report(
                    this,
                    template.Field.Source,
                    new TextSpan(use.Offset, use.End),
                    $"the label {template.Field.Name} changes with the value, which ends the alert and begins another each time",
                    "print the value in an annotation"
                );
            }
        }
    }
}
