namespace Binnacle.PromQL.Linting.Rules;

/// <summary>An alert that does not say what is wrong, where the policy asks for it.</summary>
internal sealed class MissingSummary()
    : LintRule("missing-summary", LintSeverity.Warning, "an alert without a summary, where the policy asks for one")
{
    internal override void Check(LintSubject subject)
    {
        if (subject.IsAlert && subject.Context.Policy.RequireSummary && !Has(subject.Context, "summary"))
        {
            subject.Report(
                this,
                subject.Context.Name ?? subject.Context.Source,
                "the alert has no summary, and the policy asks for one",
                "say in one line what is wrong"
            );
        }
    }

    internal static bool Has(LintContext context, string annotation)
    {
        foreach (var field in context.Annotations)
        {
            if (field.Name == annotation && !string.IsNullOrWhiteSpace(field.Source.Text))
            {
                return true;
            }
        }

        return false;
    }
}
