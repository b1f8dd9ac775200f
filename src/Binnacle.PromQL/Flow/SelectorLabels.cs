using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Labels that a selector's matchers grant or rule out.</summary>
internal static class SelectorLabels
{
    public static LabelFlow Of(VectorSelector selector, ExpressionFlow flow)
    {
        var facts = new LabelFact[selector.Matchers.Count + 3];
        var count = 0;
        if (selector.Name is not null)
        {
            facts[count++] = new LabelFact(LabelFlow.MetricName, LabelPresence.Always, selector.Name, null);
        }

        foreach (var matcher in selector.Matchers)
        {
            if (FactOf(matcher, selector, flow) is not { } fact)
            {
                continue;
            }

            var known = Array.FindIndex(facts, 0, count, other => other.Name == fact.Name);
            if (known < 0)
            {
                facts[count++] = fact;
            }
            else if (facts[known].Value is null)
            {
                facts[known] = fact;
            }
        }

        if (selector.MetricName is { } metric && !MetricNames.IsRecorded(metric) && metric is not "ALERTS")
        {
            // A scrape gives these to every series; only pushed and federated ones may lack them.
            count = Scraped(facts, count, "job");
            count = Scraped(facts, count, "instance");
        }

        return new LabelFlow(count == facts.Length ? facts : facts[..count], null);
    }

    private static int Scraped(LabelFact[] facts, int count, string label)
    {
        if (Array.FindIndex(facts, 0, count, known => known.Name == label) < 0)
        {
            facts[count++] = new LabelFact(label, LabelPresence.Expected, null, null);
        }

        return count;
    }

    /// <summary>The equality matchers that <c>absent()</c> turns into labels.</summary>
    public static LabelFlow OfAbsent(VectorSelector selector, TextSpan span, Call call)
    {
        var facts = new List<LabelFact>();
        foreach (var matcher in selector.Matchers)
        {
            if (
                matcher.Operator is not TokenKind.Assign
                || matcher.Label is LabelFlow.MetricName
                || matcher.Value.Length == 0
            )
            {
                continue;
            }

            // A second = takes the label away; with other matchers it depends on the order in which they were run.
            var others = selector.Matchers.Where(other => other.Label == matcher.Label && other != matcher).ToList();
            if (others.Count == 0)
            {
                facts.Add(new LabelFact(matcher.Label, LabelPresence.Always, matcher.Value, null));
            }
            else if (others.TrueForAll(other => other.Operator is not TokenKind.Assign))
            {
                facts.Add(new LabelFact(matcher.Label, LabelPresence.Maybe, matcher.Value, null));
            }
        }

        return new LabelFlow([.. facts], new LabelLoss(LabelLossKind.Absent, span, call));
    }

    private static LabelFact? FactOf(LabelMatcher matcher, VectorSelector selector, ExpressionFlow flow)
    {
        switch (matcher.Operator)
        {
            case TokenKind.Assign when matcher.Value.Length == 0:
                return new LabelFact(
                    matcher.Label,
                    LabelPresence.Never,
                    null,
                    new LabelLoss(LabelLossKind.EmptyMatcher, matcher.Span, selector)
                );
            case TokenKind.Assign:
                return new LabelFact(matcher.Label, LabelPresence.Always, matcher.Value, null);
            case TokenKind.NotEqual when matcher.Value.Length == 0:
                return new LabelFact(matcher.Label, LabelPresence.Always, null, null);
            case TokenKind.RegexMatch when flow.Pattern(matcher) is { MatchesEmpty: false } pattern:
                return new LabelFact(matcher.Label, LabelPresence.Always, pattern.Literal, null);
            case TokenKind.RegexNoMatch when flow.Pattern(matcher) is { MatchesEmpty: true }:
                return new LabelFact(matcher.Label, LabelPresence.Always, null, null);
            default:
                return null;
        }
    }
}
