using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Binnacle.Api;
using Binnacle.Api.Syntax;
using Binnacle.Operator.Components;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Binnacle.Rendering.Rules;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;

namespace Binnacle.Operator.Advice;

/// <summary>
/// Looks at one rule of a stack at a time, far from whatever loads rules: rules that changed first, then those whose
/// advice is old. Between two rules it lets the server breathe.
/// </summary>
internal sealed class AdviceReconciler(
    World world,
    StackRegistry registry,
    PrometheusApi prometheus,
    IStackSignals signals,
    TimeProvider clock
) : IReconciler<ObjectKey>
{
    /// <summary>Between two rules.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two looks for something to do.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(15);

    /// <summary>Age at which advice is given anew.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromHours(6);

    /// <summary>
    /// As <see cref="Recheck"/>, where something was missing, for the first time: a target may just have been added with
    /// the rule. Each further time it doubles.
    /// </summary>
    private static readonly TimeSpan RecheckPreliminary = TimeSpan.FromSeconds(10);

    /// <summary>The longest that <see cref="RecheckPreliminary"/> becomes.</summary>
    private static readonly TimeSpan MostRecheckPreliminary = TimeSpan.FromMinutes(5);

    /// <summary>Age at which the names of metrics are asked for anew.</summary>
    private static readonly TimeSpan KnowledgeAge = TimeSpan.FromMinutes(5);

    /// <summary>As <see cref="KnowledgeAge"/>, where something is missing.</summary>
    private static readonly TimeSpan NewsAge = TimeSpan.FromSeconds(1);

    private readonly RuleAdvisor _advisor = new(prometheus);
    private readonly ConcurrentDictionary<ObjectKey, StackKnowledge> _knowledge = new();

    /// <inheritdoc />
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (world.Stacks.Find(key) is not { Metadata.DeletionTimestamp: null } stack)
        {
            _knowledge.TryRemove(key, out _);
            return ReconcileResult.Done;
        }

        if (registry.Find(key) is not { } runtime)
        {
            // Not rendered yet.
            return ReconcileResult.RequeueAfter(Idle);
        }

        var view = runtime.View;
        if (
            view is not { Paused: false, Desired: { } desired, Live.HasMetrics: true }
            || Replica(desired, key) is not { } replica
            || Due(view) is not { } due
        )
        {
            // Names of many metrics take memory that nobody needs until something is due again.
            _knowledge.TryRemove(key, out _);
            return ReconcileResult.RequeueAfter(Idle);
        }

        try
        {
            var (rule, intent, query) = due;
            var alert = new AdvisedAlert(
                query,
                Duration(rule.Spec.For),
                Duration(rule.Spec.KeepFiringFor),
                Duration(rule.Spec.Interval ?? stack.Spec.Metrics.EvaluationInterval),
                Recorded(desired)
            );
            var reference = new ResourceRef(AlertRuleKind, rule.Key);
            var before = view.Advice.GetValueOrDefault(reference);
            var fresh = new RuleAdvice(intent, clock.GetUtcNow())
            {
                Tries = before is { IsPreliminary: true } && before.Intent == intent ? before.Tries + 1 : 0,
            };
            var knowledge = await KnowledgeAsync(key, replica, KnowledgeAge, cancellationToken);
            if (RuleAdvisor.IsPreliminary(alert, knowledge, fresh.At))
            {
                // What is missing may have come since the names were asked for.
                knowledge = await KnowledgeAsync(key, replica, NewsAge, cancellationToken);
            }

            var advice = await _advisor.AdviseAsync(replica, alert, knowledge, fresh, cancellationToken);
            var byTypes = RuleReview.ByTypes(
                rule,
                RuleEnvironment.Of(stack, view.Live.Versions) with
                {
                    MetricTypes = name => knowledge.Types.TryGetValue(name, out var type) ? type : null,
                }
            );
            advice = advice with { Doubts = [.. byTypes.Found, .. advice.Doubts], Denied = byTypes.Denied };
            runtime.Update(known =>
                known with
                {
                    Advice = known
                        .Advice.RemoveRange(known.Advice.Keys.Where(old => world.Find(old) is null))
                        .SetItem(reference, advice),
                }
            );
            signals.ReportDue(key);
        }
        catch (Exception silence) when (silence is HttpRequestException or ComponentRefusedException or JsonException)
        {
            return ReconcileResult.RequeueAfter(Idle);
        }

        return ReconcileResult.RequeueAfter(Pace);
    }

    private const string AlertRuleKind = "AlertRule";

    private Replica? Replica(DesiredState desired, ObjectKey stack) =>
        desired.Components.FirstOrDefault(plan => plan.Engine == "Prometheus") is { } plan
        && ReplicaFinder.ReadyReplicas(plan, world.PodsOf(plan, stack.Name)) is [var first, ..]
            ? first
            : null;

    private async Task<StackKnowledge> KnowledgeAsync(
        ObjectKey stack,
        Replica replica,
        TimeSpan atMost,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        if (_knowledge.TryGetValue(stack, out var known) && now - known.At <= atMost)
        {
            return known;
        }

        return _knowledge[stack] = await StackKnowledge.AskAsync(prometheus, replica, now, cancellationToken);
    }

    /// <summary>The alert that was waiting longest: one that changed, else one whose advice is old.</summary>
    private (AlertRule Rule, IntentId Intent, string Query)? Due(StackView view)
    {
        var now = clock.GetUtcNow();
        (AlertRule Rule, IntentId Intent, string Query)? oldest = null;
        var oldestAt = DateTimeOffset.MaxValue;
        foreach (var planned in view.Desired!.Rules.Rules)
        {
            if (
                !planned.IsAlert
                || planned.Source.Kind != AlertRuleKind
                || !view.Live.LoadedRules.Contains(planned.Source)
                || world.Find(planned.Source) is not ResourceEntry<AlertRule> entry
            )
            {
                continue;
            }

            var intent = new IntentId(entry.Uid, entry.Generation);
            if (view.Rendered.GetValueOrDefault(planned.Source) != intent)
            {
                continue;
            }

            if (view.Advice.GetValueOrDefault(planned.Source) is not { } advice || advice.Intent != intent)
            {
                return (entry.Resource, intent, planned.Query);
            }

            if (now - advice.At >= Age(advice) && advice.At < oldestAt)
            {
                oldest = (entry.Resource, intent, planned.Query);
                oldestAt = advice.At;
            }
        }

        return oldest;
    }

    /// <summary>The age at which an answer is asked for anew.</summary>
    private static TimeSpan Age(RuleAdvice advice) =>
        advice.IsPreliminary ? Doubling.Of(RecheckPreliminary, advice.Tries, MostRecheckPreliminary) : Recheck;

    private static HashSet<string> Recorded(DesiredState desired) =>
        desired.Rules.Rules.Where(rule => !rule.IsAlert).Select(rule => rule.Name).ToHashSet(StringComparer.Ordinal);

    private static TimeSpan Duration(string? text) =>
        PromDuration.TryParse(text, out var duration) ? duration.ToTimeSpan() : TimeSpan.Zero;
}
