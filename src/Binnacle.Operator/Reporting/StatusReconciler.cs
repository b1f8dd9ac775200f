using System.Text.Json.Serialization.Metadata;
using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
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

        var view = StatusBoard.ViewOf(entry, registry);
        await (
            entry switch
            {
                ResourceEntry<AlertRule> => WriteAsync(
                    entry,
                    world.AlertRuleStore,
                    rule =>
                        ResourceStatusBuilder.AlertRule(
                            rule,
                            rule.Status,
                            view.Live.Alerts.GetValueOrDefault(key.Key),
                            view.Desired?.Notifications.GetValueOrDefault(key.Key),
                            StatusBoard.AdviceOf(entry, view),
                            clock.GetUtcNow()
                        ),
                    BinnacleJsonContext.Default.AlertRuleStatus,
                    cancellationToken
                ),
                ResourceEntry<ScrapeTarget> => WriteAsync(
                    entry,
                    world.ScrapeTargetStore,
                    target =>
                        ResourceStatusBuilder.ScrapeTarget(target.Status, view.Live.Targets.GetValueOrDefault(key.Key)),
                    BinnacleJsonContext.Default.ScrapeTargetStatus,
                    cancellationToken
                ),
                ResourceEntry<HealthProbe> => WriteAsync(
                    entry,
                    world.HealthProbeStore,
                    probe =>
                        ResourceStatusBuilder.HealthProbe(
                            DegradedAfter(probe),
                            probe.Status,
                            view.Live.Probes.GetValueOrDefault(key.Key)
                        ),
                    BinnacleJsonContext.Default.HealthProbeStatus,
                    cancellationToken
                ),
                _ => WriteAsync(
                    entry,
                    world.DashboardStore,
                    _ => ResourceStatusBuilder.Dashboard(view.Desired?.Dashboards.GetValueOrDefault(key.Key)),
                    BinnacleJsonContext.Default.DashboardStatus,
                    cancellationToken
                ),
            }
        );
        return ReconcileResult.Done;
    }

    private async Task WriteAsync<T, TStatus>(
        ResourceEntry entry,
        Store<T> store,
        Func<T, TStatus> build,
        JsonTypeInfo<TStatus> type,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject<T>, IKubernetesObject<T>, IStackResource
        where TStatus : ResourceStatus
    {
        if (store.Find(entry.Reference.Key) is not { } resource)
        {
            return;
        }

        var before = resource.ResourceStatus;
        if (before is not null && entry.Selection.IsSelected && entry.IsAccepted && !IsKnown(entry))
        {
            // After a start the status in the cluster knows more than we do; the report of the stack comes.
            return;
        }

        var (verdict, reports) = StatusBoard.Judged(entry, registry);
        if (
            before is AlertRuleStatus { Cost: not null }
            && StatusBoard.AdviceOf(entry, StatusBoard.ViewOf(entry, registry)) is null
        )
        {
            // Its data was looked at before this process began, and is not yet by this one.
            verdict = verdict.WithChecksOf(Checks(before.Conditions), entry.Generation);
            reports =
            [
                .. reports.Select(report =>
                    report with
                    {
                        Verdict = report.Verdict.WithChecksOf(
                            Checks(ResourceStatusBuilder.Told(before, report.Stack)),
                            entry.Generation
                        ),
                    }
                ),
            ];
        }

        var status = ResourceStatusBuilder.Common(
            build(resource),
            before,
            entry.Generation,
            verdict,
            reports,
            clock.GetUtcNow()
        );
        if (await writer.WriteAsync(resource, status, type, cancellationToken))
        {
            Announce(resource, before, verdict);
        }
    }

    private static Condition? Checks(IReadOnlyList<Condition>? conditions) =>
        Conditions.Find(conditions, ConditionTypes.ChecksPassed);

    /// <summary>Every stack that takes it has been looked at since the start.</summary>
    private bool IsKnown(ResourceEntry entry) =>
        entry.Selection.Stacks.All(stack => registry.Find(stack) is { View.IsSettled: true });

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
        if (known?.Status != "False" || known.Message != ConditionList.Text(verdict.Accepted.Message))
        {
            events.ResourceRejected(resource, verdict.Accepted.Reason, verdict.Accepted.Message);
        }
    }
}
