using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Labels behind a function (https://prometheus.io/docs/prometheus/latest/querying/functions/).</summary>
internal static class CallLabels
{
    /// <summary>The argument whose series come through, or null for a function of no vector.</summary>
    public static Expression? VectorArgument(Call call) =>
        call.Function switch
        {
            "histogram_quantile" or "quantile_over_time" when call.Arguments.Count > 1 => call.Arguments[1],
            "histogram_fraction" when call.Arguments.Count > 2 => call.Arguments[2],
            "vector" or "time" or "pi" or "scalar" or "start" or "end" or "step" or "range" => null,
            "min_of" or "max_of" => null,
            _ when call.Arguments.Count > 0 && call.Arguments[0] is not StringLiteral => call.Arguments[0],
            _ => null,
        };

    public static LabelFlow Of(Call call, LabelFlow? vector)
    {
        if (vector is null)
        {
            return LabelFlow.None(LabelLossKind.NoSeries, call.NameSpan(), call);
        }

        switch (call.Function)
        {
            case "absent" or "absent_over_time":
                return call.Arguments[0].AsSelector() is { } selector
                    ? SelectorLabels.OfAbsent(selector, call.NameSpan(), call)
                    : LabelFlow.None(LabelLossKind.Absent, call.NameSpan(), call);
            case "last_over_time"
            or "first_over_time"
            or "sort"
            or "sort_desc"
            or "sort_by_label"
            or "sort_by_label_desc":
                return vector;
            case "info":
                return Info(call, vector);
            case "label_replace":
                return Replaced(call, vector);
            case "label_join":
                return Joined(call, vector);
            case "histogram_quantile" or "histogram_fraction":
                return WithoutName(call, vector.Lacking("le", LabelLossKind.Buckets, call.NameSpan(), call));
            case "histogram_quantiles":
                var reduced = WithoutName(call, vector.Lacking("le", LabelLossKind.Buckets, call.NameSpan(), call));
                return call.Arguments.Count > 1 && call.Arguments[1] is StringLiteral label
                    ? reduced.With(new LabelFact(label.Value, LabelPresence.Always, null, null))
                    : reduced;
            default:
                return WithoutName(call, vector);
        }
    }

    private static LabelFlow WithoutName(Call call, LabelFlow vector) => vector.WithoutName(call.NameSpan(), call);

    /// <summary>Adds the labels of the info series: those that the second argument names, or any.</summary>
    private static LabelFlow Info(Call call, LabelFlow vector)
    {
        if (call.Arguments is [_, VectorSelector { Matchers: var matchers }] && matchers.Any(IsDataLabel))
        {
            return matchers
                .Where(IsDataLabel)
                .Where(matcher => vector.PresenceOf(matcher.Label) < LabelPresence.Expected)
                .Aggregate(
                    vector,
                    (flow, matcher) => flow.With(new LabelFact(matcher.Label, LabelPresence.Expected, null, null))
                );
        }

        return new LabelFlow(
            [
                .. vector.Facts.Where(fact =>
                    fact.Presence is not LabelPresence.Never || fact.Name is LabelFlow.MetricName
                ),
            ],
            null
        );

        static bool IsDataLabel(LabelMatcher matcher) => matcher.Label is not LabelFlow.MetricName;
    }

    private static LabelFlow Replaced(Call call, LabelFlow vector)
    {
        if (
            call.Arguments
            is not [_, StringLiteral target, StringLiteral replacement, StringLiteral source, StringLiteral pattern]
        )
        {
            return vector;
        }

        var always =
            PatternFacts.Of(pattern.Value).MatchesEverything
            || (
                PatternFacts.Of(pattern.Value).MatchesEmpty is true
                && vector.PresenceOf(source.Value) is LabelPresence.Never
            );
        if (replacement.Value.Length == 0)
        {
            return always
                ? vector.Lacking(target.Value, LabelLossKind.Replaced, call.NameSpan(), call)
                : vector.With(new LabelFact(target.Value, Weaker(vector, target.Value), null, null));
        }

        var constant = !replacement.Value.Contains('$', StringComparison.Ordinal);
        return vector.With(
            constant && always ? new LabelFact(target.Value, LabelPresence.Always, replacement.Value, null)
            : constant && vector.PresenceOf(target.Value) is LabelPresence.Always
                ? new LabelFact(target.Value, LabelPresence.Always, null, null)
            : new LabelFact(target.Value, LabelPresence.Expected, null, null)
        );
    }

    private static LabelPresence Weaker(LabelFlow vector, string label) =>
        vector.PresenceOf(label) is LabelPresence.Never ? LabelPresence.Never : LabelPresence.Maybe;

    private static LabelFlow Joined(Call call, LabelFlow vector)
    {
        if (call.Arguments is not [_, StringLiteral target, ..])
        {
            return vector;
        }

        var presence = LabelPresence.Expected;
        for (var i = 3; i < call.Arguments.Count; i++)
        {
            var sure =
                call.Arguments[i] is StringLiteral source && vector.PresenceOf(source.Value) is LabelPresence.Always;
            presence = sure ? LabelPresence.Always : presence;
        }

        return vector.With(new LabelFact(target.Value, presence, null, null));
    }
}
