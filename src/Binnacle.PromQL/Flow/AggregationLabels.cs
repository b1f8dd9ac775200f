using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Labels behind an aggregation.</summary>
internal static class AggregationLabels
{
    public static LabelFlow Of(Aggregation aggregation, LabelFlow operand)
    {
        if (aggregation.Operator is Keyword.TopK or Keyword.BottomK or Keyword.LimitK or Keyword.LimitRatio)
        {
            return operand;
        }

        var loss = new LabelLoss(LabelLossKind.Aggregation, aggregation.ClauseSpan(), aggregation);
        var result = aggregation.Without ? Without(aggregation, operand, loss) : By(aggregation, operand, loss);
        return
            aggregation is { Operator: Keyword.CountValues, Parameter: StringLiteral label }
            && !(aggregation.Without && aggregation.Labels.Contains(label.Value))
            ? result.With(new LabelFact(label.Value, LabelPresence.Always, null, null))
            : result;
    }

    private static LabelFlow By(Aggregation aggregation, LabelFlow operand, LabelLoss loss)
    {
        var facts = new LabelFact[aggregation.Labels.Count];
        for (var i = 0; i < facts.Length; i++)
        {
            facts[i] = operand.FactOf(aggregation.Labels[i]) switch
            {
                { Presence: LabelPresence.Maybe } maybe => maybe with { Presence = LabelPresence.Expected },
                var fact => fact,
            };
        }

        return new LabelFlow(facts, loss);
    }

    private static LabelFlow Without(Aggregation aggregation, LabelFlow operand, LabelLoss loss)
    {
        var facts = new List<LabelFact>(operand.Facts.Count + aggregation.Labels.Count + 1);
        foreach (var fact in operand.Facts)
        {
            if (!Removes(aggregation, fact.Name))
            {
                facts.Add(fact);
            }
        }

        foreach (var label in aggregation.Labels)
        {
            facts.Add(new LabelFact(label, LabelPresence.Never, null, operand.WhyLacking(label) ?? loss));
        }

        facts.Add(new LabelFact(LabelFlow.MetricName, LabelPresence.Never, null, loss));
        return new LabelFlow([.. facts], operand.Rest);
    }

    private static bool Removes(Aggregation aggregation, string label) =>
        label is LabelFlow.MetricName || aggregation.Labels.Contains(label);
}
