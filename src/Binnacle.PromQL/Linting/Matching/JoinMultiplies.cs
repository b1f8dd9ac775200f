using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Matching;

/// <summary>A side that must have one series per partner and may have several; the query fails as soon as it has.</summary>
internal sealed class JoinMultiplies()
    : LintRule("join-many-to-many", LintSeverity.Warning, "vector matching in which a side that must be unique is not")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (binary, _) in subject.Binaries)
        {
            if (binary.IsSet || subject.Value(binary.Left).IsScalar || subject.Value(binary.Right).IsScalar)
            {
                continue;
            }

            if (binary.Matching.Group is not Grouping.Left)
            {
                CheckSide(subject, binary, binary.Left, "left", "group_left");
            }

            if (binary.Matching.Group is not Grouping.Right)
            {
                CheckSide(subject, binary, binary.Right, "right", "group_right");
            }
        }
    }

    private void CheckSide(LintSubject subject, BinaryExpression binary, Expression side, string which, string group)
    {
        var labels = subject.Labels(side);
        // Of a side whose labels are not all known, nobody can tell what makes its series unique.
        if (labels.IsOpen || !IsGroupedBy(side))
        {
            return;
        }

        foreach (var fact in labels.Facts)
        {
            if (
                fact is { Presence: >= LabelPresence.Expected, Value: null }
                && fact.Name is not LabelFlow.MetricName
                // A label that is carried over is taken to depend on those that match.
                && !binary.Matching.Include.Contains(fact.Name)
                && !BinaryLabels.IsMatched(binary.Matching, fact.Name)
            )
            {
                var one = binary.Matching.Group is Grouping.None;
                subject.Report(
                    this,
                    binary.OperatorSpan(),
                    $"the {which} side has a series for each {fact.Name}, and {Words.Of(binary.Matching)} does not tell them apart, so the query fails when there are two",
                    one
                        ? $"add {group} (…), or aggregate {fact.Name} away"
                        : $"aggregate {fact.Name} away on the {which} side, or match on it"
                );
                return;
            }
        }
    }

    /// <summary>Only an aggregation's by says which labels make its series.</summary>
    private static bool IsGroupedBy(Expression side) =>
        side.Unwrap() switch
        {
            Aggregation
            {
                Without: false,
                Operator: not (Keyword.TopK or Keyword.BottomK or Keyword.LimitK or Keyword.LimitRatio)
            } => true,
            BinaryExpression { Right: NumberLiteral } binary => IsGroupedBy(binary.Left),
            Call { Function: not ("label_replace" or "label_join"), Arguments: [.., var last] } => IsGroupedBy(last),
            _ => false,
        };
}
