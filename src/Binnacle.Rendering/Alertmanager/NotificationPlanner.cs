using Binnacle.Api;
using Binnacle.Api.Syntax;
using Kubernetes.Models;

namespace Binnacle.Rendering.Alertmanager;

/// <summary>
/// Says for each AlertRule whom it tells, as far as its labels are known. Results are kept by instance: among ten
/// thousand rules only the changed one is looked at again.
/// </summary>
internal sealed class NotificationPlanner
{
    private Dictionary<AlertRule, NotificationPlan> _plans = new(ReferenceEqualityComparer.Instance);
    private MonitoringStack? _stack;

    /// <summary>The plans of all rules of the snapshot.</summary>
    public IReadOnlyDictionary<ObjectKey, NotificationPlan> Plan(StackSnapshot snapshot)
    {
        var alerting = snapshot.Stack.Spec.Alerting;
        if (!alerting.Enabled)
        {
            return new Dictionary<ObjectKey, NotificationPlan>();
        }

        var known = ReferenceEquals(_stack, snapshot.Stack) ? _plans : [];
        var routes = alerting
            .Routes.Select(route => (Route: route, Matchers: RouteRenderer.Matchers(route).ToList()))
            .ToList();
        var plans = new Dictionary<AlertRule, NotificationPlan>(
            snapshot.AlertRules.Count,
            ReferenceEqualityComparer.Instance
        );
        var result = new Dictionary<ObjectKey, NotificationPlan>(snapshot.AlertRules.Count);
        foreach (var rule in snapshot.AlertRules)
        {
            var plan = known.TryGetValue(rule, out var old) ? old : Of(rule, snapshot.Stack, routes);
            plans[rule] = plan;
            result[rule.Key] = plan;
        }

        (_plans, _stack) = (plans, snapshot.Stack);
        return result;
    }

    private static NotificationPlan Of(
        AlertRule rule,
        MonitoringStack stack,
        List<(Route Route, List<Matcher> Matchers)> routes
    )
    {
        var labels = RuleLabels.Of(rule, stack);
        var channels = new List<string>(rule.Spec.Channels);
        foreach (var (route, matchers) in routes)
        {
            if (matchers.TrueForAll(matcher => matcher.IsMatch(labels.GetValueOrDefault(matcher.Name))))
            {
                channels.AddRange(route.Channels);
                return new NotificationPlan(
                    [.. channels.Distinct(StringComparer.Ordinal)],
                    matchers.Count == 0 ? "any" : string.Join(',', matchers)
                );
            }
        }

        channels.AddRange(stack.Spec.Alerting.DefaultChannels);
        return new NotificationPlan([.. channels.Distinct(StringComparer.Ordinal)], "default");
    }
}
