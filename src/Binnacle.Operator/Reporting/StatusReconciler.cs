using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Status;

namespace Binnacle.Operator.Reporting;

/// <summary>Writes the status of one resource, if it differs from what is there.</summary>
internal sealed class StatusReconciler(
    World world,
    StackRegistry registry,
    StatusWriter writer,
    StackEvents events,
    TimeProvider clock
) : IReconciler<ResourceRef>
{
    /// <inheritdoc />
    public async ValueTask<ReconcileResult> ReconcileAsync(ResourceRef key, CancellationToken cancellationToken)
    {
        if (world.Find(key) is not { } entry)
        {
            return ReconcileResult.Done;
        }

        var (verdict, reports) = StatusBoard.Judged(entry, registry);
        var view = StatusBoard.ViewOf(entry, registry);
        var now = clock.GetUtcNow();
        switch (entry)
        {
            case ResourceEntry<AlertRule> when world.AlertRuleStore.Find(key.Key) is { } rule:
                Announce(rule, rule.Status, verdict);
                await writer.WriteAsync(
                    rule,
                    ResourceStatusBuilder.Common(
                        ResourceStatusBuilder.AlertRule(
                            rule,
                            rule.Status,
                            view.Live.Alerts.GetValueOrDefault(key.Key),
                            view.Desired?.Notifications.GetValueOrDefault(key.Key),
                            now
                        ),
                        rule.Status,
                        entry.Generation,
                        verdict,
                        reports,
                        now
                    ),
                    BinnacleJsonContext.Default.AlertRuleStatus,
                    cancellationToken
                );
                break;
            case ResourceEntry<ScrapeTarget> when world.ScrapeTargetStore.Find(key.Key) is { } target:
                Announce(target, target.Status, verdict);
                await writer.WriteAsync(
                    target,
                    ResourceStatusBuilder.Common(
                        ResourceStatusBuilder.ScrapeTarget(target.Status, view.Live.Targets.GetValueOrDefault(key.Key)),
                        target.Status,
                        entry.Generation,
                        verdict,
                        reports,
                        now
                    ),
                    BinnacleJsonContext.Default.ScrapeTargetStatus,
                    cancellationToken
                );
                break;
            case ResourceEntry<HealthProbe> when world.HealthProbeStore.Find(key.Key) is { } probe:
                Announce(probe, probe.Status, verdict);
                await writer.WriteAsync(
                    probe,
                    ResourceStatusBuilder.Common(
                        ResourceStatusBuilder.HealthProbe(
                            DegradedAfter(probe),
                            probe.Status,
                            view.Live.Probes.GetValueOrDefault(key.Key)
                        ),
                        probe.Status,
                        entry.Generation,
                        verdict,
                        reports,
                        now
                    ),
                    BinnacleJsonContext.Default.HealthProbeStatus,
                    cancellationToken
                );
                break;
            case ResourceEntry<Dashboard> when world.DashboardStore.Find(key.Key) is { } dashboard:
                Announce(dashboard, dashboard.Status, verdict);
                await writer.WriteAsync(
                    dashboard,
                    ResourceStatusBuilder.Common(
                        ResourceStatusBuilder.Dashboard(view.Desired?.Dashboards.GetValueOrDefault(key.Key)),
                        dashboard.Status,
                        entry.Generation,
                        verdict,
                        reports,
                        now
                    ),
                    BinnacleJsonContext.Default.DashboardStatus,
                    cancellationToken
                );
                break;
        }

        return ReconcileResult.Done;
    }

    private static TimeSpan? DegradedAfter(HealthProbe probe) =>
        probe.Spec.DegradedAfter is { } text && PromDuration.TryParse(text, out var duration)
            ? duration.ToTimeSpan()
            : null;

    /// <summary>An Event for each new reason of a rejection: the status has the state, the Event tells who watches.</summary>
    private void Announce(KubernetesObject resource, ResourceStatus? before, Verdict verdict)
    {
        if (verdict.Accepted.Status != "False" || verdict.Accepted.Reason == "RefusedByComponent")
        {
            return;
        }

        var known = before?.Conditions?.FirstOrDefault(condition => condition.Type == ConditionTypes.Accepted);
        if (known?.Status != "False" || known.Message != verdict.Accepted.Message)
        {
            events.ResourceRejected(resource, verdict.Accepted.Reason, verdict.Accepted.Message);
        }
    }
}
