using System.Collections.Immutable;
using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>
/// Says for each AlertRule whom it tells, as far as its labels are known. Among ten thousand rules only the changed one
/// is looked at again.
/// </summary>
internal sealed class NotificationPlanner
{
    private IReadOnlyList<AlertRule> _rules = [];
    private ImmutableDictionary<ObjectKey, NotificationPlan> _plans = ImmutableDictionary<
        ObjectKey,
        NotificationPlan
    >.Empty;
    private RoutingTable? _table;

    /// <summary>The plans of all rules of the snapshot.</summary>
    /// <param name="snapshot">What the render depends on.</param>
    /// <param name="table">Where alerts go, the same instance while it is the same; null: nobody is told of anything.</param>
    public IReadOnlyDictionary<ObjectKey, NotificationPlan> Plan(StackSnapshot snapshot, RoutingTable? table)
    {
        if (table is null)
        {
            return ImmutableDictionary<ObjectKey, NotificationPlan>.Empty;
        }

        var rules = snapshot.AlertRules;
        // Without its alertname none of these matches.
        var added = table.Rules.ToLookup(route => route.Labels.First(label => label.Key == "alertname").Value);
        if (ReferenceEquals(_table, table) && SameKeys(rules))
        {
            var plans = _plans.ToBuilder();
            for (var i = 0; i < rules.Count; i++)
            {
                if (!ReferenceEquals(rules[i], _rules[i]))
                {
                    plans[rules[i].Key] = Of(rules[i], snapshot.Stack, table, added);
                }
            }

            _plans = plans.ToImmutable();
        }
        else
        {
            HashSet<AlertRule> known = new(
                ReferenceEquals(_table, table) ? _rules : [],
                ReferenceEqualityComparer.Instance
            );
            _plans = rules.ToImmutableDictionary(
                rule => rule.Key,
                rule => known.Contains(rule) ? _plans[rule.Key] : Of(rule, snapshot.Stack, table, added)
            );
        }

        (_rules, _table) = (rules, table);
        return _plans;
    }

    private bool SameKeys(IReadOnlyList<AlertRule> rules)
    {
        if (rules.Count != _rules.Count)
        {
            return false;
        }

        for (var i = 0; i < rules.Count; i++)
        {
            if (!ReferenceEquals(rules[i], _rules[i]) && rules[i].Key != _rules[i].Key)
            {
                return false;
            }
        }

        return true;
    }

    private static NotificationPlan Of(
        AlertRule rule,
        MonitoringStack stack,
        RoutingTable table,
        ILookup<string, RuleRoute> added
    )
    {
        var labels = RuleLabels.OfAlerts(rule, stack);
        var channels = added[labels["alertname"]]
            .Where(route => route.Labels.All(label => labels.GetValueOrDefault(label.Key, "") == label.Value))
            .SelectMany(route => route.Channels);
        var first = table.Routes.FirstOrDefault(route =>
            route.Tests.All(test => test.Passes(labels.GetValueOrDefault(test.Label)))
        );
        return new NotificationPlan(
            [.. channels.Concat(first?.Channels ?? table.Defaults).Distinct(StringComparer.Ordinal)],
            first is null ? "default"
                : first.Matchers.Count == 0 ? "any"
                : string.Join(',', first.Matchers)
        );
    }
}
