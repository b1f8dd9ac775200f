using Binnacle.Api;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reporting;
using Binnacle.Rendering;
using Kubernetes.Client;
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
    /// <summary>How soon a write that failed is tried again: twice as long each time that nothing changed …</summary>
    private static readonly TimeSpan ApplyRetry = TimeSpan.FromSeconds(5);

    /// <summary>… and no longer than this.</summary>
    private static readonly TimeSpan LongestApplyRetry = TimeSpan.FromSeconds(80);

    /// <summary>How soon the next step of a removal is tried.</summary>
    private static readonly TimeSpan RemovalStep = TimeSpan.FromSeconds(1);

    /// <inheritdoc />
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (world.Stacks.Find(key) is not { } stack)
        {
            registry.Forget(key);
            applySet.Forget(key.ToString());
            signals.ReportDue(key);
            return ReconcileResult.Done;
        }

        if (stack.Metadata.DeletionTimestamp is not null)
        {
            return await RemoveAsync(stack, cancellationToken);
        }

        if (world.Namespaces.Find(new ObjectKey("", key.Namespace)) is { Metadata.DeletionTimestamp: not null })
        {
            // Nothing can be created there any more, and the stack goes with its namespace.
            return ReconcileResult.Done;
        }

        var runtime = registry.Of(stack);
        var generation = stack.Metadata.Generation ?? 0;
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
            runtime.Update(view => view with { Paused = true });
            signals.ReportDue(key);
            return ReconcileResult.Done;
        }

        var before = runtime.Update(view =>
            view with
            {
                Paused = false,
                Refused = StillThere(view.Refused),
                // A search compares renders of the same stack.
                Search = view.Generation == generation ? view.Search : null,
            }
        );
        var observed = await snapshots.BuildAsync(stack, before, cancellationToken);
        var rendered = runtime.Renderer.Render(observed.Snapshot);
        var refused = StillRefused(before, generation, rendered);
        var (desired, intents, made) =
            refused is not null && before.LastGood is { } good
                ? (good, before.LastGoodRendered, before.LastGoodGeneration)
                : (rendered, observed.Intents, generation);
        try
        {
            if (await cleanup.PrepareAsync(stack, desired, cancellationToken))
            {
                // The finalizer was just written; the change comes back as an event and brings us here again.
                return ReconcileResult.RequeueAfter(TimeSpan.FromSeconds(1));
            }
        }
        catch (KubernetesApiException e)
            when (e.Kind is KubernetesErrorKind.Forbidden or KubernetesErrorKind.BadRequest)
        {
            return Hold(stack, runtime, ObjectIssue.Finalizer(e));
        }

        var applying = clock.GetUtcNow();
        var result = await applySet.ApplyAsync(key.ToString(), desired.Objects, world.Owned.Of(key), cancellationToken);
        if (result.Failures.Count == 0)
        {
            await cleanup.DropUnusedClaimsAsync(stack, desired, cancellationToken);
        }

        IReadOnlyList<ObjectIssue> issues =
        [
            .. result.Failures.Select(failure => new ObjectIssue(failure.Reason, failure.Text)),
            .. result.Deviations.Select(deviation => new ObjectIssue(deviation.Reason, deviation.Text)),
        ];
        foreach (var issue in issues.Except(before.ObjectIssues))
        {
            logger.LogWarning("Stack {Stack}: not as rendered ({Reason}): {Issue}", key, issue.Reason, issue.Text);
            events.NotAsRendered(stack, issue);
        }

        var repeats = issues.SequenceEqual(before.ObjectIssues) ? before.SameIssues + 1 : 0;
        runtime.Update(view =>
            view with
            {
                Desired = desired,
                // Found out while this was under way, so this does not heed it. It has been put into the queue.
                IsRenderDue = !IsAsBefore(view, before),
                Rendered = intents,
                Generation = generation,
                RenderedGeneration = made,
                ConfiguredAt = view.Desired?.ConfigHash == desired.ConfigHash ? view.ConfiguredAt : applying,
                RefusedStack = IsAsBefore(view, before) ? refused : view.RefusedStack,
                Obstacle = null,
                ObjectIssues = issues,
                SameIssues = repeats,
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
        if (before.Desired is null)
        {
            // The live loop had nothing to compare with until now.
            signals.LiveDue(key);
        }

        if (result.Failures.Count > 0)
        {
            return Retry(repeats);
        }

        if (result.RecheckAfter is { } recheck)
        {
            return ReconcileResult.RequeueAfter(recheck);
        }

        if (observed.AnyReferenceMissing)
        {
            return ReconcileResult.RequeueAfter(ReferenceReader.Missing);
        }

        return observed.AnyReference ? ReconcileResult.RequeueAfter(ReferenceReader.Fresh) : ReconcileResult.Resync;
    }

    /// <summary>What runs goes on as it is; status and an Event tell why nothing else happens.</summary>
    private ReconcileResult Hold(MonitoringStack stack, StackRuntime runtime, ObjectIssue obstacle)
    {
        var before = runtime.View;
        var isNews = before.Obstacle != obstacle;
        if (isNews)
        {
            logger.LogWarning("Stack {Stack}: {Reason}: {Issue}", stack.Key, obstacle.Reason, obstacle.Text);
            events.NotAsRendered(stack, obstacle);
        }

        var repeats = isNews ? 0 : before.SameIssues + 1;
        runtime.Update(view => view with { Obstacle = obstacle, SameIssues = repeats });
        signals.ReportDue(stack.Key);
        return Retry(repeats);
    }

    private static ReconcileResult Retry(int repeats) =>
        ReconcileResult.RequeueAfter(Doubling.Of(ApplyRetry, repeats, LongestApplyRetry));

    /// <summary>From here on nothing of the stack is rendered, applied or loaded; it is taken apart, step by step.</summary>
    private async Task<ReconcileResult> RemoveAsync(MonitoringStack stack, CancellationToken cancellationToken)
    {
        var runtime = registry.Of(stack);
        try
        {
            var waitsFor = await cleanup.FinishAsync(stack, cancellationToken);
            Tell(waitsFor is null ? null : Removal.Waiting(waitsFor));
            return waitsFor is null ? ReconcileResult.Done : ReconcileResult.RequeueAfter(RemovalStep);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            var removal = Removal.Failure(e);
            if (runtime.View.Removal != removal)
            {
                events.RemovalFailed(stack, removal.Message);
            }

            Tell(removal);
            throw;
        }

        void Tell(Removal? removal)
        {
            runtime.Update(view => view with { Removal = removal });
            if (removal is not null)
            {
                signals.ReportDue(stack.Key);
            }
        }
    }

    /// <summary>
    /// What a component refused whatever was left out is not offered to it again: the last state that it took stays
    /// until the stack changes, or something else that makes another configuration.
    /// </summary>
    private static RefusedConfig? StillRefused(StackView view, long generation, DesiredState rendered) =>
        view.RefusedStack is { } refused
        && refused.Generation == generation
        && (refused.Offered is null || refused.Offered == rendered.ConfigHash)
            ? refused with
            {
                Offered = rendered.ConfigHash,
            }
            : null;

    private static bool IsAsBefore(StackView view, StackView before) =>
        ReferenceEquals(view.Search, before.Search)
        && ReferenceEquals(view.Refused, before.Refused)
        && ReferenceEquals(view.RefusedStack, before.RefusedStack);

    /// <summary>Without those that are gone or were changed since.</summary>
    private IReadOnlyDictionary<ResourceRef, RefusedResource> StillThere(
        IReadOnlyDictionary<ResourceRef, RefusedResource> refused
    )
    {
        bool IsThere(KeyValuePair<ResourceRef, RefusedResource> entry) =>
            world.Find(entry.Key) is { } found && entry.Value.Intent == new IntentId(found.Uid, found.Generation);

        return refused.All(IsThere) ? refused : refused.Where(IsThere).ToDictionary();
    }

    private static string Outcome(StackView view, DesiredState desired) =>
        view.LastGood?.ConfigHash == desired.ConfigHash ? "Loaded" : StackRuntime.Applied;
}
