using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Matching;

/// <summary>Two sides whose labels cannot be equal.</summary>
internal sealed class ImpossibleJoin()
    : LintRule("impossible-join", LintSeverity.Warning, "vector matching in which no series finds a partner")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (binary, _) in subject.Binaries)
        {
            if (!IsJoin(subject, binary))
            {
                continue;
            }

            var left = subject.Labels(binary.Left);
            var right = subject.Labels(binary.Right);
            foreach (var label in Matched(binary.Matching, left, right))
            {
                if (
                    Why(label, binary.Matching.Mode is MatchingMode.On, left.FactOf(label), right.FactOf(label)) is
                    { } why
                )
                {
                    subject.Report(
                        this,
                        binary.OperatorSpan(),
                        $"{binary.OperatorText} finds no partners: {why}",
                        Fix(binary, label)
                    );
                    break;
                }
            }
        }
    }

    private static bool IsJoin(LintSubject subject, BinaryExpression binary) =>
        binary.Operator.Keyword is not Keyword.Or
        && binary.Matching is { FillLeft: null, FillRight: null }
        && !subject.Value(binary.Left).IsScalar
        && !subject.Value(binary.Right).IsScalar;

    private static IEnumerable<string> Matched(VectorMatching matching, LabelFlow left, LabelFlow right) =>
        matching.Mode is MatchingMode.On
            ? matching.Labels
            : LabelFlow
                .Names(left, right)
                .Where(label => label is not LabelFlow.MetricName && !matching.Labels.Contains(label));

    private static string? Why(string label, bool named, LabelFact left, LabelFact right)
    {
        // Who names a label in on counts on it, on both sides.
        var least = named ? LabelPresence.Maybe : LabelPresence.Expected;
        if (left is { Presence: LabelPresence.Never, Loss: { } lost } && right.Presence >= least)
        {
            return $"the left side has no {label}, as {lost.Because}";
        }

        if (right is { Presence: LabelPresence.Never, Loss: { } gone } && left.Presence >= least)
        {
            return $"the right side has no {label}, as {gone.Because}";
        }

        return left.Value is { } a && right.Value is { } b && a != b
            ? $"{label} is \"{a}\" on the left and \"{b}\" on the right"
            : null;
    }

    private static string Fix(BinaryExpression binary, string label) =>
        binary.Matching.Mode is MatchingMode.On
            ? $"remove {label} from on (…), or keep it on both sides"
            : $"match with on (…) or ignoring ({label}), or keep the same labels on both sides";
}
