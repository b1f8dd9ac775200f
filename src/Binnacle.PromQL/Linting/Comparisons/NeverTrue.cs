using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Comparisons;

/// <summary>A comparison that no value can pass.</summary>
internal sealed class NeverTrue()
    : LintRule("comparison-never-true", LintSeverity.Warning, "a comparison that can never be true")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (binary, _) in subject.Binaries)
        {
            if (Certain.Outcome(subject, binary) is false)
            {
                subject.Report(
                    this,
                    binary.OperatorSpan(),
                    $"{subject.Quote(binary)} is never true: {Certain.Describe(subject, binary)}",
                    "compare with a value that can be reached"
                );
            }
            else if (binary.Operator.Keyword is Keyword.And && Excludes(subject, binary))
            {
                subject.Report(
                    this,
                    binary.OperatorSpan(),
                    $"{subject.Quote(binary.Left)} and {subject.Quote(binary.Right)} exclude each other",
                    "use or, or other bounds"
                );
            }
        }
    }

    /// <summary>True for <c>x &gt; 5 and x &lt; 3</c>.</summary>
    private static bool Excludes(LintSubject subject, BinaryExpression both)
    {
        if (
            both.Left.Unwrap() is not BinaryExpression left
            || both.Right.Unwrap() is not BinaryExpression right
            || !IsBound(subject, left)
            || !IsBound(subject, right)
            || subject.Quote(left.Left) != subject.Quote(right.Left)
            || left.Left.AsSelector() is null
        )
        {
            return false;
        }

        return Intervals.Compare(right.Operator.Kind, subject.Value(left), subject.Value(right.Right)) is false;
    }

    private static bool IsBound(LintSubject subject, BinaryExpression side) =>
        side.IsComparison && !side.Matching.Bool && subject.Value(side.Right).Constant is not null;
}
