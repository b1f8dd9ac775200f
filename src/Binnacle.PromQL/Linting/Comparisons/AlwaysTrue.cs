using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Comparisons;

/// <summary>A comparison that every value passes.</summary>
internal sealed class AlwaysTrue()
    : LintRule("comparison-always-true", LintSeverity.Warning, "a comparison that is always true")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (binary, _) in subject.Binaries)
        {
            // What was filtered before is a condition already: count(up == 0) > 0 says it twice and is right.
            if (
                Certain.Outcome(subject, binary) is true
                && !subject.Value(binary.Left).Conditional
                && !subject.Value(binary.Right).Conditional
            )
            {
                subject.Report(
                    this,
                    binary.OperatorSpan(),
                    $"{subject.Quote(binary)} is always true: {Certain.Describe(subject, binary)}",
                    "compare with a value in between, or remove the comparison"
                );
            }
        }
    }
}
