using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;

namespace Binnacle.PromQL.Linting.Comparisons;

/// <summary>A comparison with NaN, which equals nothing, not even itself.</summary>
internal sealed class ComparedWithNaN() : LintRule("compared-with-nan", LintSeverity.Warning, "a comparison with NaN")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (binary, _) in subject.Binaries)
        {
            if (!binary.IsComparison || (!Certain.IsNaN(binary.Left) && !Certain.IsNaN(binary.Right)))
            {
                continue;
            }

            var other = subject.Quote(Certain.IsNaN(binary.Right) ? binary.Left : binary.Right);
            var (outcome, fix) =
                binary.Operator.Kind is TokenKind.NotEqual
                    ? ("always true", $"to drop NaN write {other} == {other}")
                    : ("never true", $"to find NaN write {other} != {other}");
            subject.Report(
                this,
                binary.OperatorSpan(),
                $"{binary.OperatorText} NaN is {outcome}, as NaN equals nothing",
                fix
            );
        }
    }
}
