using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>
/// Says for each AlertRule whom it tells, as far as its labels are known. Results are kept by instance: among ten
/// thousand rules only the changed one is looked at again.
/// </summary>
internal sealed class NotificationPlanner
{
    private Dictionary<AlertRule, NotificationPlan> _plans = new(ReferenceEqualityComparer.Instance);
    private RoutingTable? _table;

    /// <summary>The plans of all rules of the snapshot.</summary>
    /// <param name="snapshot">What the render depends on.</param>
    /// <param name="table">Where alerts go, the same instance while it is the same; null: nobody is told of anything.</param>
    public IReadOnlyDictionary<ObjectKey, NotificationPlan> Plan(StackSnapshot snapshot, RoutingTable? table)
    {
        if (table is null)
        {
            return new Dictionary<ObjectKey, NotificationPlan>();
        }

        var known = ReferenceEquals(_table, table) ? _plans : [];
        // Without its alertname none of these matches.
        var added = table.Rules.ToLookup(route => route.Labels.First(label => label.Key == "alertname").Value);
        var plans = new Dictionary<AlertRule, NotificationPlan>(
            snapshot.AlertRules.Count,
            ReferenceEqualityComparer.Instance
        );
        var result = new Dictionary<ObjectKey, NotificationPlan>(snapshot.AlertRules.Count);
        foreach (var rule in snapshot.AlertRules)
        {
            var plan = known.TryGetValue(rule, out var old) ? old : Of(rule, snapshot.Stack, table, added);
            plans[rule] = plan;
            result[rule.Key] = plan;
        }

        (_plans, _table) = (plans, table);
        return result;
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
            route.Matchers.All(matcher => matcher.IsMatch(labels.GetValueOrDefault(matcher.Name)))
        );
        return new NotificationPlan(
            [.. channels.Concat(first?.Channels ?? table.Defaults).Distinct(StringComparer.Ordinal)],
            first is null ? "default"
                : first.Matchers.Count == 0 ? "any"
                : string.Join(',', first.Matchers)
        );
    }
}
