using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Labels;

/// <summary>An aggregation by a label that what it aggregates has lost.</summary>
internal sealed class GroupedByLostLabel()
    : LintRule("grouped-by-lost-label", LintSeverity.Warning, "an aggregation by a label that is not there any more")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (aggregation, _) in subject.Aggregations)
        {
            if (aggregation.Without || aggregation.Operand is null)
            {
                continue;
            }

            var labels = subject.Labels(aggregation.Operand);
            foreach (var label in aggregation.Labels)
            {
                if (labels.WhyLacking(label) is { } loss)
                {
                    subject.Report(
                        this,
                        aggregation.ClauseSpan(),
                        $"by ({label}) has no effect, as {loss.Because}",
                        $"keep {label} there, or remove it here"
                    );
                }
            }
        }
    }
}
