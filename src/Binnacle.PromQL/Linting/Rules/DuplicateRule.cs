namespace Binnacle.PromQL.Linting.Rules;

/// <summary>A rule that another resource has too.</summary>
internal sealed class DuplicateRule() : LintRule(RuleIndex.LintId, LintSeverity.Warning, "another rule does the same")
{
    internal override void Check(LintSubject subject)
    {
        if (
            subject.Context is not { Siblings: { } siblings, Root: { } root, Origin: { } origin } context
            || context.Use is LintUse.DashboardQuery
        )
        {
            return;
        }

        var self = new RuleIdentity(origin, context.Use, root, context.Name?.Text, context.For?.Text, context.Labels);
        if (siblings.TwinOf(self) is { } twin)
        {
            subject.Report(RuleIndex.Finding(context.Use, context.Source, root.Span, twin.Origin));
        }
    }
}
