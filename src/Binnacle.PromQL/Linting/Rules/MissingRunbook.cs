namespace Binnacle.PromQL.Linting.Rules;

/// <summary>An alert that does not say what to do, where the policy asks for it.</summary>
internal sealed class MissingRunbook()
    : LintRule("missing-runbook", LintSeverity.Warning, "an alert without a runbook, where the policy asks for one")
{
    internal override void Check(LintSubject subject)
    {
        if (
            subject.IsAlert
            && subject.Context.Policy.RequireRunbook
            && !MissingSummary.Has(subject.Context, "runbook_url")
            && !MissingSummary.Has(subject.Context, "runbook")
        )
        {
            subject.Report(
                this,
                subject.Context.Name ?? subject.Context.Source,
                "the alert has no runbook, and the policy asks for one",
                "link the page that says what to do"
            );
        }
    }
}
