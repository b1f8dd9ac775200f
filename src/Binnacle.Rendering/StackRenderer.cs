using Binnacle.Rendering.Alertmanager;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Dashboards;
using Binnacle.Rendering.Probes;
using Binnacle.Rendering.Prometheus;
using Binnacle.Rendering.Rules;

namespace Binnacle.Rendering;

/// <summary>
/// Renders one stack. The result depends on the snapshot alone; what the renderer keeps between calls only makes the
/// next one cheap, so one renderer serves one stack, one call at a time.
/// </summary>
public sealed class StackRenderer
{
    private readonly RuleShardCache _rules = new();
    private readonly DashboardCache _dashboards = new();
    private readonly NotificationPlanner _notifications = new();
    private readonly RenderCache<Metrics> _metrics = new(SnapshotParts.SameTargets);
    private readonly RenderCache<(ComponentRender Render, RoutingTable? Table)> _alerting = new(
        SnapshotParts.SameAlerting
    );

    /// <summary>Renders.</summary>
    public DesiredState Render(StackSnapshot snapshot)
    {
        var (prometheus, blackbox, pools) = _metrics.Get(snapshot, Metrics.Of);
        var (alertmanager, routes) = _alerting.Get(snapshot, AlertmanagerComponent.Render);
        var dashboards = DashboardRenderer.Render(snapshot, _dashboards);
        var rules = RuleRenderer.Render(snapshot, _rules);
        List<ComponentPlan> components =
        [
            .. new[] { prometheus.Plan, alertmanager.Plan, blackbox.Plan }.OfType<ComponentPlan>(),
        ];
        return new DesiredState
        {
            // Files before the pods that read them.
            Objects =
            [
                .. rules.Shards,
                .. dashboards.Objects,
                .. prometheus.Objects,
                .. alertmanager.Objects,
                .. blackbox.Objects,
            ],
            Components = components,
            Problems =
            [
                .. prometheus.Problems,
                .. alertmanager.Problems,
                .. blackbox.Problems,
                .. dashboards.Problems,
                .. rules.Problems,
            ],
            ScrapePools = pools,
            Rules = rules.Plan,
            Dashboards = dashboards.Rendered,
            Notifications = _notifications.Plan(snapshot, routes),
            ConfigHash = StableHash.Hex(
                string.Join('\n', components.Select(plan => plan.ConfigHash).Append(rules.Plan.Hash))
            ),
        };
    }

    /// <summary>Prometheus and its prober depend on the same things: the prober's modules are named in the scrape pools.</summary>
    private readonly record struct Metrics(
        ComponentRender Prometheus,
        ComponentRender Blackbox,
        IReadOnlyDictionary<string, ResourceRef> Pools
    )
    {
        public static Metrics Of(StackSnapshot snapshot)
        {
            var (blackbox, probes) = BlackboxComponent.Render(snapshot);
            var (prometheus, pools) = PrometheusComponent.Render(snapshot, probes);
            return new Metrics(
                prometheus,
                blackbox,
                pools.ToDictionary(pool => pool.Config.JobName, pool => pool.Source, StringComparer.Ordinal)
            );
        }
    }
}
