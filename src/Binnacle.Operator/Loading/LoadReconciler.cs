using Binnacle.Api;
using Binnacle.Operator.Components;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Binnacle.Operator.Telemetry;
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
    ILogger<LoadReconciler> logger,
    RefusalMetrics? metrics = null
) : IReconciler<ObjectKey>
{
    /// <summary>How soon replicas that were not ready are asked again; a pod that becomes ready is noticed at once.</summary>
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(3);

    /// <summary>How soon a refusal that nothing is left to do about is looked at again.</summary>
    private static readonly TimeSpan RetryRefused = TimeSpan.FromSeconds(30);

    private static readonly Dictionary<ResourceRef, string> Nobody = [];

    /// <inheritdoc />
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (
            registry.Find(key) is not { View: { Desired: { } desired, Paused: false, IsRenderDue: false } view } runtime
            || world.Stacks.Find(key) is { Metadata.DeletionTimestamp: not null }
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

        var isCurrent = runtime.TryUpdate(desired, now => Noted(now, desired, loads));
        if (!SameAs(view.Loads, loads) || !ReferenceEquals(view.InPrometheus, runtime.View.InPrometheus))
        {
            signals.ReportDue(key);
        }

        if (!isCurrent)
        {
            // Something newer was applied meanwhile: what was found out is about the past.
            signals.LoadDue(key);
            return ReconcileResult.Done;
        }

        if (runtime.View.Search is { } search)
        {
            return await SearchOnAsync(runtime, desired, search, loads);
        }

        if (desired.Components.FirstOrDefault(plan => loads[plan.Name].State == LoadState.Refused) is { } refused)
        {
            return await OnRefusedAsync(runtime, desired, refused, loads[refused.Name].Message, cancellationToken);
        }

        if (!outcomes.All(outcome => outcome.State == LoadState.Loaded))
        {
            // A component without any replica wakes us when one becomes ready.
            return outcomes.Any(outcome => outcome is { State: LoadState.Waiting, HasReplicas: true })
                ? ReconcileResult.RequeueAfter(Retry)
                : ReconcileResult.Done;
        }

        runtime.TryUpdate(desired, now => Taken(now, desired));
        signals.LiveDue(key);
        return ReconcileResult.Done;
    }

    private static bool SameAs(
        IReadOnlyDictionary<string, LoadOutcome> before,
        Dictionary<string, LoadOutcome> after
    ) => before.Count == after.Count && after.All(load => before.GetValueOrDefault(load.Key) == load.Value);

    private static StackView Noted(StackView view, DesiredState desired, IReadOnlyDictionary<string, LoadOutcome> loads)
    {
        var noted = view with { Loads = loads };
        return desired
            .Components.Where(plan => plan.Engine == "Prometheus")
            .All(plan => loads[plan.Name].State == LoadState.Loaded)
            ? noted with
            {
                InPrometheus = desired,
                RuleBaseline = desired,
                InPrometheusRendered = view.Rendered,
            }
            : noted;
    }

    private StackView Taken(StackView view, DesiredState desired) =>
        view with
        {
            LastGood = desired,
            LastGoodRendered = view.Rendered,
            LastGoodGeneration = view.RenderedGeneration,
            // That the last good state is taken again says nothing about the refused one.
            RefusedStack = ReferenceEquals(view.LastGood, desired) ? view.RefusedStack : null,
            History = StackRuntime.Remember(view.History, desired.ConfigHash, "Loaded", clock.GetUtcNow()),
        };

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
        if (replicas.Count == 0 && CrashReport.Of(pods, view.ConfiguredAt) is { } crash)
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
            return new PrometheusProbe(prometheus, audit, plan, desired.Rules.Rules, [], isWhole: true);
        }

        if (known.Rules.Hash == desired.Rules.Hash)
        {
            return new PrometheusProbe(prometheus, audit, plan, [], [], isWhole: false);
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
            ],
            isWhole: false
        );
    }

    /// <summary>
    /// One step of a search. Only the component that refused is heeded: another one that is down must not keep the
    /// suspects out.
    /// </summary>
    private Task<ReconcileResult> SearchOnAsync(
        StackRuntime runtime,
        DesiredState desired,
        RefusalSearch search,
        IReadOnlyDictionary<string, LoadOutcome> loads
    )
    {
        switch (loads.GetValueOrDefault(search.Component))
        {
            case { State: LoadState.Waiting }:
                return Task.FromResult(ReconcileResult.RequeueAfter(Retry));
            case { State: LoadState.Refused, Message: var words }:
                var (guilty, next) = search.Refused();
                if (guilty is null && next is null)
                {
                    Freeze(runtime, desired, words);
                    break;
                }

                Continue(
                    runtime,
                    desired,
                    view => view with { Search = next },
                    guilty is { } found
                        ? new Dictionary<ResourceRef, string> { [found] = $"the component refuses it: {words}" }
                        : Nobody
                );
                break;
            default:
                // It took what it was given, or there is no such component any more.
                var left = loads.ContainsKey(search.Component) ? search.Taken() : null;
                Continue(runtime, desired, view => view with { Search = left }, Nobody);
                break;
        }

        return Task.FromResult(ReconcileResult.Done);
    }

    private async Task<ReconcileResult> OnRefusedAsync(
        StackRuntime runtime,
        DesiredState desired,
        ComponentPlan plan,
        string words,
        CancellationToken cancellationToken
    )
    {
        var view = runtime.View;
        if (view.RefusedStack is not null)
        {
            // Already back at the last good state; if that is refused too, only the component's own logs can help.
            return ReconcileResult.RequeueAfter(RetryRefused);
        }

        logger.LogWarning("Stack {Stack}: {Component} refused a configuration: {Words}", runtime.Key, plan.Name, words);
        metrics?.Refused(plan.Engine);
        var suspects = view
            .Rendered.Where(entry =>
                Concerns(plan, entry.Key) && view.LastGoodRendered.GetValueOrDefault(entry.Key) != entry.Value
            )
            .Select(entry => entry.Key)
            .ToList();
        if (suspects.Count == 0)
        {
            Freeze(runtime, desired, words);
            return ReconcileResult.Done;
        }

        var explained =
            plan.Engine == "Prometheus"
                ? await explainer.ExplainAsync(runtime.Key, desired, suspects, cancellationToken)
                : new Dictionary<ResourceRef, string>();
        if (explained.Count > 0)
        {
            Continue(runtime, desired, now => now, explained);
            return ReconcileResult.Done;
        }

        metrics?.Searched(plan.Engine);
        Continue(
            runtime,
            desired,
            now => now with { Search = RefusalSearch.Start(suspects, plan.Name) with { Intake = now.Rendered } },
            explained
        );
        return ReconcileResult.Done;
    }

    /// <summary>Whether a component reads anything of a resource.</summary>
    private bool Concerns(ComponentPlan plan, ResourceRef resource) =>
        plan.Engine switch
        {
            "Prometheus" => resource.Kind != "Dashboard",
            "Alertmanager" => world.Find(resource) is ResourceEntry<AlertRule> { Resource.Spec.Channels.Count: > 0 },
            _ => resource.Kind == "HealthProbe",
        };

    /// <summary>
    /// Blames the guilty in the state in which they were refused, and has everything rendered anew: what is in the
    /// cluster is known to be wrong, and nothing is loaded until something else was applied.
    /// </summary>
    private void Continue(
        StackRuntime runtime,
        DesiredState desired,
        Func<StackView, StackView> step,
        IReadOnlyDictionary<ResourceRef, string> guilty
    )
    {
        var isCurrent = runtime.TryUpdate(
            desired,
            view =>
            {
                var refused = view.Refused;
                if (guilty.Count > 0)
                {
                    var all = new Dictionary<ResourceRef, RefusedResource>(view.Refused);
                    foreach (var (resource, message) in guilty)
                    {
                        all[resource] = new RefusedResource(view.Rendered.GetValueOrDefault(resource), message);
                    }

                    refused = all;
                }

                return step(view) with
                {
                    Refused = refused,
                    IsRenderDue = true,
                };
            }
        );
        if (!isCurrent)
        {
            // Something newer is in the cluster: whether that is refused is seen when it is loaded.
            signals.LoadDue(runtime.Key);
            return;
        }

        foreach (var (resource, message) in guilty)
        {
            events.ResourceRefused(resource, message);
        }

        signals.RenderDue(runtime.Key);
    }

    private void Freeze(StackRuntime runtime, DesiredState desired, string words)
    {
        var goesBack = false;
        var isCurrent = runtime.TryUpdate(
            desired,
            view =>
            {
                goesBack = view.LastGood is not null;
                return view with
                {
                    Search = null,
                    RefusedStack = new RefusedConfig(view.Generation, words),
                    IsRenderDue = true,
                    History = StackRuntime.Remember(
                        view.History,
                        desired.ConfigHash,
                        $"Refused: {Steady.Words(words)}",
                        clock.GetUtcNow()
                    ),
                };
            }
        );
        if (!isCurrent)
        {
            signals.LoadDue(runtime.Key);
            return;
        }

        events.StackRefused(runtime.Key, words, goesBack);
        signals.RenderDue(runtime.Key);
    }
}
