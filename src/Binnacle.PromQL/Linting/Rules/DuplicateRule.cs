namespace Binnacle.PromQL.Linting.Rules;

/// <summary>A rule that another resource has too.</summary>
internal sealed class DuplicateRule() : LintRule("duplicate-rule", LintSeverity.Warning, "another rule does the same")
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
            subject.Report(
                this,
                root.Span,
                $"{twin.Origin} has the same expression, labels and for",
                context.Use is LintUse.Recording ? "keep one of them" : "keep one of them, or people are told twice"
            );
        }
    }
}
