using Binnacle.Operator.Components;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Binnacle.Rendering;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;

namespace Binnacle.Operator.Loading;

/// <summary>
/// Makes the components of a stack take what was applied, and deals with refusals: a resource that is refused is found
/// and left out, everything else goes on; if it is none of them, the last good state comes back.
/// </summary>
internal sealed class LoadReconciler(
    World world,
    StackRegistry registry,
    ConfigLoader loader,
    PrometheusApi prometheus,
    AlertmanagerApi alertmanager,
    BlackboxApi blackbox,
    RuleAudit audit,
    RefusalExplainer explainer,
    IStackSignals signals,
    StackEvents events,
    TimeProvider clock,
    ILogger<LoadReconciler> logger
) : IReconciler<ObjectKey>
{
    /// <summary>How soon replicas that were not ready are asked again; a pod that becomes ready is noticed at once.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(3);

    /// <inheritdoc />
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (
            registry.Find(key) is not { View: { Desired: { } desired, Paused: false, IsRenderDue: false } view } runtime
        )
        {
            return ReconcileResult.Done;
        }

        if (!ReferenceEquals(view.RuleBaseline, desired))
        {
            // From here on replicas may read files that are neither the old state nor the new one.
            runtime.Update(now => now with { RuleBaseline = null });
        }

        var loads = new Dictionary<string, LoadOutcome>(StringComparer.Ordinal);
        var outcomes = await Task.WhenAll(
            desired.Components.Select(plan => LoadAsync(runtime, view, desired, plan, cancellationToken))
        );
        for (var i = 0; i < outcomes.Length; i++)
        {
            loads[desired.Components[i].Name] = outcomes[i];
        }

        if (!ReferenceEquals(runtime.View.Desired, desired))
        {
            // Something newer was applied meanwhile: what was found out is about the past.
            signals.LoadDue(key);
            return ReconcileResult.Done;
        }

        var inPrometheus = desired
            .Components.Where(plan => plan.Engine == "Prometheus")
            .All(plan => loads[plan.Name].State == LoadState.Loaded);
        var isNews = !SameAs(view.Loads, loads) || (inPrometheus && !ReferenceEquals(view.InPrometheus, desired));
        runtime.Update(now =>
            inPrometheus
                ? now with
                {
                    Loads = loads,
                    InPrometheus = desired,
                    RuleBaseline = desired,
                    InPrometheusRendered = now.Rendered,
                }
                : now with
                {
                    Loads = loads,
                }
        );
        var refused = outcomes.FirstOrDefault(outcome => outcome.State == LoadState.Refused);
        if (refused is not null)
        {
            await OnRefusedAsync(runtime, desired, refused.Message, cancellationToken);
            signals.ReportDue(key);
            return ReconcileResult.Done;
        }

        if (outcomes.All(outcome => outcome.State == LoadState.Loaded))
        {
            OnLoaded(runtime, desired);
            signals.LiveDue(key);
            signals.ReportDue(key);
            return ReconcileResult.Done;
        }

        if (isNews)
        {
            signals.ReportDue(key);
        }

        // A component without any replica wakes us when one becomes ready.
        return outcomes.Any(outcome => outcome is { State: LoadState.Waiting, HasReplicas: true })
            ? ReconcileResult.RequeueAfter(Retry)
            : ReconcileResult.Done;
    }

    private static bool SameAs(
        IReadOnlyDictionary<string, LoadOutcome> before,
        Dictionary<string, LoadOutcome> after
    ) => before.Count == after.Count && after.All(load => before.GetValueOrDefault(load.Key) == load.Value);

    private async Task<LoadOutcome> LoadAsync(
        StackRuntime runtime,
        StackView view,
        DesiredState desired,
        ComponentPlan plan,
        CancellationToken cancellationToken
    )
    {
        var pods = world.PodsOf(plan, runtime.Key.Name);
        var replicas = ReplicaFinder.ReadyReplicas(plan, pods);
        if (replicas.Count == 0 && CrashReport.Of(pods) is { } crash)
        {
            return new LoadOutcome(LoadState.Refused, null, crash);
        }

        IReplicaProbe probe = plan.Engine switch
        {
            "Prometheus" => RuleProbe(view, desired, plan),
            "Alertmanager" => new AlertmanagerProbe(alertmanager, plan),
            _ => new BlackboxProbe(blackbox, plan),
        };
        var token = plan.Engine == "Prometheus" ? $"{plan.ConfigHash}-{desired.Rules.Hash}" : plan.ConfigHash;
        return await loader.LoadAsync(
            plan,
            replicas,
            token,
            probe,
            () => ReferenceEquals(runtime.View.Desired, desired),
            cancellationToken
        );
    }

    /// <summary>
    /// Only what the servers have not taken yet needs a look: rules are compared by instance, which an unchanged shard
    /// keeps from render to render.
    /// </summary>
    private PrometheusProbe RuleProbe(StackView view, DesiredState desired, ComponentPlan plan)
    {
        if (view.RuleBaseline is not { } known)
        {
            return new PrometheusProbe(prometheus, audit, plan, desired.Rules.Rules, []);
        }

        if (known.Rules.Hash == desired.Rules.Hash)
        {
            return new PrometheusProbe(prometheus, audit, plan, [], []);
        }

        var taken = new HashSet<PlannedRule>(known.Rules.Rules, ReferenceEqualityComparer.Instance);
        var groups = desired.Rules.Rules.Select(rule => rule.Group).ToHashSet(StringComparer.Ordinal);
        return new PrometheusProbe(
            prometheus,
            audit,
            plan,
            [.. desired.Rules.Rules.Where(rule => !taken.Contains(rule))],
            [
                .. known
                    .Rules.Rules.Select(rule => rule.Group)
                    .Where(group => !groups.Contains(group))
                    .Distinct(StringComparer.Ordinal),
            ]
        );
    }

    private void OnLoaded(StackRuntime runtime, DesiredState desired)
    {
        var searching = false;
        runtime.Update(view =>
        {
            searching = view.Search is not null;
            return view with
            {
                LastGood = desired,
                LastGoodRendered = view.Rendered,
                Search = view.Search?.Taken(),
                History = StackRuntime.Remember(view.History, desired.ConfigHash, "Loaded", clock.GetUtcNow()),
            };
        });
        if (searching)
        {
            RenderAgain(runtime);
        }
    }

    private async Task OnRefusedAsync(
        StackRuntime runtime,
        DesiredState desired,
        string words,
        CancellationToken cancellationToken
    )
    {
        var view = runtime.View;
        if (view.RefusedStack is not null)
        {
            // Already back at the last good state; if that is refused too, only the component's own logs can help.
            return;
        }

        logger.LogWarning("Stack {Stack}: a configuration was refused: {Words}", runtime.Key, words);
        var search = view.Search;
        if (search is null)
        {
            var suspects = view
                .Rendered.Where(entry =>
                    entry.Key.Kind != "Dashboard" && view.LastGoodRendered.GetValueOrDefault(entry.Key) != entry.Value
                )
                .Select(entry => entry.Key)
                .ToList();
            var explained = await explainer.ExplainAsync(runtime.Key, desired, suspects, cancellationToken);
            if (explained.Count > 0)
            {
                foreach (var (resource, message) in explained)
                {
                    Blame(runtime, resource, message);
                }

                RenderAgain(runtime);
                return;
            }

            if (suspects.Count > 0)
            {
                runtime.Update(now => now with { Search = RefusalSearch.Start(suspects) });
                RenderAgain(runtime);
                return;
            }

            Freeze(runtime, desired, words);
            return;
        }

        var (guilty, next) = search.Refused();
        if (guilty is null && next is null)
        {
            runtime.Update(now => now with { Search = null });
            Freeze(runtime, desired, words);
            return;
        }

        runtime.Update(now => now with { Search = next });
        if (guilty is { } found)
        {
            Blame(runtime, found, $"the component refuses it: {words}");
        }

        RenderAgain(runtime);
    }

    private void Blame(StackRuntime runtime, ResourceRef resource, string message)
    {
        if (world.Find(resource) is not { } entry)
        {
            return;
        }

        var refused = new RefusedResource(new IntentId(entry.Uid, entry.Generation), message);
        runtime.Update(view =>
            view with
            {
                Refused = new Dictionary<ResourceRef, RefusedResource>(view.Refused) { [resource] = refused },
            }
        );
        events.ResourceRefused(resource, message);
    }

    private void Freeze(StackRuntime runtime, DesiredState desired, string words)
    {
        var goesBack = false;
        runtime.Update(view =>
        {
            goesBack = view.LastGood is not null;
            return view with
            {
                RefusedStack = (view.Generation, words),
                History = StackRuntime.Remember(
                    view.History,
                    desired.ConfigHash,
                    $"Refused: {words}",
                    clock.GetUtcNow()
                ),
            };
        });
        events.StackRefused(runtime.Key, words, goesBack);
        if (goesBack)
        {
            RenderAgain(runtime);
        }
    }

    /// <summary>What is in the cluster is known to be wrong: nothing is loaded until something else was applied.</summary>
    private void RenderAgain(StackRuntime runtime)
    {
        runtime.Update(view => view with { IsRenderDue = true });
        signals.RenderDue(runtime.Key);
    }
}
