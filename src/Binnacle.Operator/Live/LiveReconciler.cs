using Binnacle.Api.Syntax;
using Binnacle.Operator.Components;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;

namespace Binnacle.Operator.Live;

/// <summary>Reads the live state of a stack at its evaluation interval.</summary>
internal sealed class LiveReconciler(World world, StackRegistry registry, LiveReader reader, IStackSignals signals)
    : IReconciler<ObjectKey>
{
    /// <summary>A spec that says less is not valid, and must not keep the components busy until it is corrected.</summary>
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (
            world.Stacks.Find(key) is not { Metadata.DeletionTimestamp: null } stack
            || registry.Find(key) is not { View: { Desired: { } desired } before } runtime
        )
        {
            return ReconcileResult.Done;
        }

        var replicas = desired.Components.ToDictionary(
            plan => plan.Name,
            plan => ReplicaFinder.ReadyReplicas(plan, world.PodsOf(plan, key.Name)),
            StringComparer.Ordinal
        );
        var live = await reader.ReadAsync(desired, replicas, cancellationToken);
        live = live with { Versions = Newest(before.Live.Versions, live.Versions) };
        runtime.Update(view => view with { Live = live });
        if (live.HasMetrics || before.Live.HasMetrics || live.LoadedHashes.Count > 0)
        {
            signals.ReportDue(key);
        }

        if (live.Versions != before.Live.Versions)
        {
            // The syntax of the configuration follows the version that runs.
            signals.RenderDue(key);
        }

        if (live.LacksRules || live.HasStrayRules || IsStale(live, desired))
        {
            // A replica restarted with older files, or somebody else told it to reload at the wrong moment.
            runtime.Update(view => view with { RuleBaseline = null });
            signals.LoadDue(key);
        }

        return ReconcileResult.RequeueAfter(PromDurationOf(stack.Spec.Metrics.EvaluationInterval));
    }

    private static bool IsStale(LiveState live, DesiredState desired) =>
        desired.Components.Any(plan =>
            live.LoadedHashes.TryGetValue(plan.Name, out var loaded) && loaded != plan.ConfigHash
        );

    /// <summary>A component that does not answer for a moment has not changed its version.</summary>
    private static ObservedVersions Newest(ObservedVersions before, ObservedVersions now) =>
        new()
        {
            Prometheus = now.Prometheus ?? before.Prometheus,
            Alertmanager = now.Alertmanager ?? before.Alertmanager,
            Blackbox = now.Blackbox ?? before.Blackbox,
        };

    private static TimeSpan PromDurationOf(string interval) =>
        PromDuration.TryParse(interval, out var duration)
            ? TimeSpan.FromTicks(Math.Max(duration.ToTimeSpan().Ticks, ShortestInterval.Ticks))
            : TimeSpan.FromSeconds(15);
}
