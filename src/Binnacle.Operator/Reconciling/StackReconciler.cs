using Binnacle.Api;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reporting;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Controllers;

namespace Binnacle.Operator.Reconciling;

/// <summary>Observe → Render → Apply for one stack. Loading, live state and statuses have loops of their own.</summary>
internal sealed class StackReconciler(
    World world,
    SnapshotBuilder snapshots,
    ApplySet applySet,
    StackRegistry registry,
    StackCleanup cleanup,
    IStackSignals signals,
    StackEvents events,
    TimeProvider clock,
    ILogger<StackReconciler> logger
) : IReconciler<ObjectKey>
{
    /// <summary>How soon a write that failed is tried again.</summary>
    private static readonly TimeSpan ApplyRetry = TimeSpan.FromSeconds(5);

    /// <inheritdoc />
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (world.Stacks.Find(key) is not { } stack)
        {
            registry.Forget(key);
            applySet.Forget(key.ToString());
            return ReconcileResult.Done;
        }

        if (stack.Metadata.DeletionTimestamp is not null)
        {
            await cleanup.FinishAsync(stack, cancellationToken);
            return ReconcileResult.Done;
        }

        var runtime = registry.Of(key);
        if (ResourceCheck.Rejection(stack) is { } rejection)
        {
            // What runs goes on as it is; only the status tells.
            runtime.Update(view => view with { Rejection = rejection });
            signals.ReportDue(key);
            return ReconcileResult.Done;
        }

        runtime.Update(view => view with { Rejection = null });
        if (stack.Spec.Paused)
        {
            runtime.Update(view => view with { Paused = true, Generation = stack.Metadata.Generation ?? 0 });
            signals.ReportDue(key);
            return ReconcileResult.Done;
        }

        var before = runtime.Update(view => view with { Paused = false });
        var observed = await snapshots.BuildAsync(stack, before, cancellationToken);
        var rendered = runtime.Renderer.Render(observed.Snapshot);
        var (desired, intents) = Choose(before, stack, rendered, observed.Intents);
        if (await cleanup.PrepareAsync(stack, desired, cancellationToken))
        {
            // The finalizer was just written; the change comes back as an event and brings us here again.
            return ReconcileResult.RequeueAfter(TimeSpan.FromSeconds(1));
        }

        var result = await applySet.ApplyAsync(key.ToString(), desired.Objects, world.Owned.Of(key), cancellationToken);
        foreach (var (reference, error) in result.Failures)
        {
            logger.LogWarning("Stack {Stack}: {Object} could not be applied: {Error}", key, reference, error.Message);
            events.ApplyFailed(stack, reference, error);
        }

        runtime.Update(view =>
            view with
            {
                Desired = desired,
                IsRenderDue = false,
                Rendered = intents,
                Generation = stack.Metadata.Generation ?? 0,
                ApplyFailures =
                [
                    .. result.Failures.Select(failure => $"{failure.Object}: {failure.Exception.Message}"),
                ],
                History = StackRuntime.Remember(
                    view.History,
                    desired.ConfigHash,
                    Outcome(view, desired),
                    clock.GetUtcNow()
                ),
            }
        );
        signals.LoadDue(key);
        signals.ReportDue(key);
        if (result.Failures.Count > 0)
        {
            return ReconcileResult.RequeueAfter(ApplyRetry);
        }

        if (result.RecheckAfter is { } recheck)
        {
            return ReconcileResult.RequeueAfter(recheck);
        }

        if (observed.AnyReferenceMissing)
        {
            return ReconcileResult.RequeueAfter(ReferenceReader.Missing);
        }

        return observed.AnyReference ? ReconcileResult.RequeueAfter(ReferenceReader.Fresh) : ReconcileResult.Done;
    }

    /// <summary>
    /// What a component refused whatever was left out is not offered to it again: the last state that it took stays
    /// until somebody changes the stack.
    /// </summary>
    private static (DesiredState, IReadOnlyDictionary<ResourceRef, IntentId>) Choose(
        StackView view,
        MonitoringStack stack,
        DesiredState rendered,
        IReadOnlyDictionary<ResourceRef, IntentId> intents
    ) =>
        view is { RefusedStack: { } refused, LastGood: { } good } && refused.Generation == stack.Metadata.Generation
            ? (good, view.LastGoodRendered)
            : (rendered, intents);

    private static string Outcome(StackView view, DesiredState desired) =>
        view.LastGood?.ConfigHash == desired.ConfigHash ? "Loaded" : "Applied";
}
