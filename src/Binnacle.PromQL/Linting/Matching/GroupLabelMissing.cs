using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Matching;

/// <summary>A label that a group clause asks for and the other side has not; it is removed instead of added.</summary>
internal sealed class GroupLabelMissing()
    : LintRule(
        "group-label-missing",
        LintSeverity.Warning,
        "group_left or group_right of a label that the other side lacks"
    )
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (binary, _) in subject.Binaries)
        {
            if (binary.Matching.Group is Grouping.None)
            {
                continue;
            }

            var isLeft = binary.Matching.Group is Grouping.Left;
            var one = subject.Labels(isLeft ? binary.Right : binary.Left);
            foreach (var label in binary.Matching.Include)
            {
                if (one.WhyLacking(label) is { } loss)
                {
                    subject.Report(
                        this,
                        binary.OperatorSpan(),
                        $"{(isLeft ? "group_left" : "group_right")} takes {label} from the {(isLeft ? "right" : "left")} side, which lacks it, as {loss.Because}",
                        $"keep {label} there"
                    );
                }
            }
        }
    }
}
