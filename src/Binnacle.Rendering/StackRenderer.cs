using Binnacle.Rendering.Alertmanager;
using Binnacle.Rendering.Common;
using Binnacle.Rendering.Dashboards;
using Binnacle.Rendering.Probes;
using Binnacle.Rendering.Prometheus;
using Binnacle.Rendering.Rules;
using Kubernetes.Models;

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

    /// <summary>Renders.</summary>
    public DesiredState Render(StackSnapshot snapshot)
    {
        var (blackbox, probes) = BlackboxComponent.Render(snapshot);
        var credentials = new CredentialFiles(snapshot.References, ObjectNames.PrometheusSecretsDirectory);
        var prometheus = PrometheusComponent.Render(snapshot, [.. probes.Select(probe => probe.Scrape)], credentials);
        var alertmanager = AlertmanagerComponent.Render(snapshot);
        var dashboards = DashboardRenderer.Render(snapshot, _dashboards);
        var rules = RuleRenderer.Render(snapshot, _rules);

        var pools = new Dictionary<string, ResourceRef>(StringComparer.Ordinal);
        foreach (var target in snapshot.ScrapeTargets)
        {
            pools[Targets.TargetRenderer.PoolName(target)] = new ResourceRef("ScrapeTarget", target.Key);
        }

        foreach (var (probe, _) in probes)
        {
            pools[ProbeScrape.PoolName(probe)] = new ResourceRef("HealthProbe", probe.Key);
        }

        List<ComponentPlan> components = [.. new[] { prometheus.Plan, alertmanager.Plan, blackbox.Plan }.OfType<ComponentPlan>()];
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
            Notifications = _notifications.Plan(snapshot),
            ConfigHash = StableHash.Hex(
                string.Join('\n', components.Select(plan => plan.ConfigHash).Append(rules.Plan.Hash))
            ),
        };
    }
}
