using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>
/// Labels behind a binary operator
/// (https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching).
/// </summary>
internal static class BinaryLabels
{
    public static LabelFlow BesideScalar(BinaryExpression binary, LabelFlow vector) =>
        KeepsName(binary) ? vector : vector.WithoutName(binary.OperatorSpan(), binary);

    public static LabelFlow OfVectors(BinaryExpression binary, LabelFlow left, LabelFlow right)
    {
        if (binary.Operator.Keyword is Keyword.Or)
        {
            return LabelFlow.Union(left, right);
        }

        if (binary.IsSet)
        {
            return left;
        }

        return binary.Matching.Group switch
        {
            Grouping.Left => Grouped(binary, left, right),
            Grouping.Right => Grouped(binary, right, left),
            _ => OneToOne(binary, left, right),
        };
    }

    /// <summary>True where equal values of <paramref name="label"/> are asked of both sides.</summary>
    public static bool IsMatched(VectorMatching matching, string label) =>
        label is not LabelFlow.MetricName
            ? matching.Mode is MatchingMode.On == matching.Labels.Contains(label)
            : matching.Mode is MatchingMode.On && matching.Labels.Contains(label);

    private static bool KeepsName(BinaryExpression binary) => binary.IsComparison && !binary.Matching.Bool;

    private static bool Fills(VectorMatching matching) =>
        matching.FillLeft is not null || matching.FillRight is not null;

    private static LabelFlow OneToOne(BinaryExpression binary, LabelFlow left, LabelFlow right)
    {
        var loss = new LabelLoss(LabelLossKind.Matching, binary.OperatorSpan(), binary);
        var matching = binary.Matching;
        var facts = new List<LabelFact>();
        if (matching.Mode is MatchingMode.On)
        {
            foreach (var label in matching.Labels)
            {
                facts.Add(Matched(left.FactOf(label), right.FactOf(label), Fills(matching), named: true));
            }

            return new LabelFlow([.. facts], loss);
        }

        foreach (var name in LabelFlow.Names(left, right))
        {
            if (name is LabelFlow.MetricName || matching.Labels.Contains(name))
            {
                continue;
            }

            facts.Add(Matched(left.FactOf(name), right.FactOf(name), Fills(matching), named: false));
        }

        foreach (var label in matching.Labels)
        {
            facts.Add(new LabelFact(label, LabelPresence.Never, null, left.WhyLacking(label) ?? loss));
        }

        facts.Add(
            KeepsName(binary)
                ? left.FactOf(LabelFlow.MetricName)
                : new LabelFact(
                    LabelFlow.MetricName,
                    LabelPresence.Never,
                    null,
                    new LabelLoss(LabelLossKind.Name, binary.OperatorSpan(), binary)
                )
        );
        return new LabelFlow([.. facts], left.Rest ?? right.Rest);
    }

    private static LabelFlow Grouped(BinaryExpression binary, LabelFlow many, LabelFlow one)
    {
        var matching = binary.Matching;
        var facts = new List<LabelFact>();
        foreach (var name in LabelFlow.Names(many, one))
        {
            if (name is LabelFlow.MetricName || matching.Include.Contains(name))
            {
                continue;
            }

            var fact = many.FactOf(name);
            facts.Add(
                IsMatched(matching, name) ? Matched(fact, one.FactOf(name), Fills(matching), named: false) : fact
            );
        }

        if (matching.Mode is MatchingMode.On)
        {
            foreach (var label in matching.Labels)
            {
                if (!facts.Exists(fact => fact.Name == label) && !matching.Include.Contains(label))
                {
                    facts.Add(Matched(many.FactOf(label), one.FactOf(label), Fills(matching), named: true));
                }
            }
        }

        foreach (var label in matching.Include)
        {
            facts.Add(
                one.FactOf(label) is { Presence: LabelPresence.Maybe } maybe
                    ? maybe with
                    {
                        Presence = LabelPresence.Expected,
                    }
                    : one.FactOf(label)
            );
        }

        if (!matching.Include.Contains(LabelFlow.MetricName))
        {
            facts.Add(
                KeepsName(binary)
                    ? many.FactOf(LabelFlow.MetricName)
                    : new LabelFact(
                        LabelFlow.MetricName,
                        LabelPresence.Never,
                        null,
                        new LabelLoss(LabelLossKind.Name, binary.OperatorSpan(), binary)
                    )
            );
        }

        // Without on, whatever the one side lacks cannot be on the many side either.
        var rest = matching.Mode is MatchingMode.On ? many.Rest : many.Rest ?? one.Rest;
        if (rest is not null && many.Rest is null)
        {
            foreach (var label in matching.Labels)
            {
                if (!facts.Exists(fact => fact.Name == label))
                {
                    facts.Add(many.FactOf(label));
                }
            }
        }

        return new LabelFlow([.. facts], rest);
    }

    /// <summary>A label that must be equal on both sides: what one of them knows holds for both.</summary>
    private static LabelFact Matched(LabelFact left, LabelFact right, bool fills, bool named)
    {
        if (fills)
        {
            var least = left.Presence < right.Presence ? left : right;
            return least.Presence is LabelPresence.Never
                ? (left.Presence > right.Presence ? left : right) with
                {
                    Presence = LabelPresence.Maybe,
                    Loss = null,
                }
                : least;
        }

        if (left.Presence is LabelPresence.Never || right.Presence is LabelPresence.Never)
        {
            return left.Presence is LabelPresence.Never ? left : right;
        }

        var most = left.Presence >= right.Presence ? left : right;
        return most with
        {
            Presence = named && most.Presence is LabelPresence.Maybe ? LabelPresence.Expected : most.Presence,
            Value = left.Value ?? right.Value,
        };
    }
}
