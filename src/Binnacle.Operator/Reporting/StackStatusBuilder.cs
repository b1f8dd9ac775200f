using Binnacle.Api;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Reporting;

/// <summary>What the cluster says of a component's workload.</summary>
/// <param name="Ready">Ready replicas of the current template.</param>
/// <param name="Problem">Why pods are not ready, for people; empty when nothing is wrong.</param>
internal sealed record WorkloadFacts(int Ready, string Problem);

/// <summary>Builds the status of a MonitoringStack. Pure.</summary>
internal static class StackStatusBuilder
{
    private static readonly string[] Order =
    [
        ConditionTypes.ObjectsApplied,
        ConditionTypes.ComponentsReady,
        ConditionTypes.ConfigLoaded,
        ConditionTypes.Ready,
    ];

    /// <summary>Builds it.</summary>
    public static MonitoringStackStatus Build(
        MonitoringStack stack,
        StackView view,
        IReadOnlyDictionary<string, WorkloadFacts> workloads,
        int dashboards,
        DateTimeOffset now
    )
    {
        // What is judged is the spec that was rendered; a rejection or a pause is judged at once.
        var generation =
            view.Desired is null
            || view.Paused
            || view.Rejection is not null
            || view.Obstacle is not null
            || view.Removal is not null
                ? stack.Metadata.Generation ?? 0
                : view.Generation;
        var components = view.Desired is { } desired
            ? desired.Components.Select(plan => Component(plan, view, workloads)).ToList()
            : [];
        var readyComponents = components.Count(component => StackJudge.IsReady(component.Ready));
        var applied = StackJudge.Applied(view);
        var ready = StackJudge.Components(components);
        var loaded = StackJudge.Config(view);
        var alerts = Alerts(view);
        var targets = Targets(view);
        var probes = Probes(view);
        var rendered = view.Desired?.Dashboards.Count ?? 0;
        var phase = StackJudge.Phase(stack, view, ready, loaded);
        if (view.Desired is null && stack.Status is { } known)
        {
            return Unrendered(stack, known, view, workloads, phase, generation, now);
        }

        return new MonitoringStackStatus
        {
            Phase = phase,
            ObservedGeneration = generation,
            Conditions = Conditions(
                stack,
                generation,
                [
                    (ConditionTypes.ObjectsApplied, applied),
                    (ConditionTypes.ComponentsReady, ready),
                    (ConditionTypes.ConfigLoaded, loaded),
                    (ConditionTypes.Ready, StackJudge.Summary(view, applied, ready, loaded)),
                ],
                now
            ),
            Summary = new StackSummary
            {
                Components = $"{readyComponents}/{components.Count}",
                Targets = $"{targets.Up}/{targets.Total}",
                Probes = $"{probes.Healthy}/{probes.Total}",
                Dashboards = $"{rendered}/{dashboards}",
                Versions = Versions(components),
            },
            Components = components,
            Alerts = alerts,
            Targets = targets,
            Probes = probes,
            Dashboards = new DashboardCounts { Loaded = rendered, Total = dashboards },
            Endpoints = Endpoints(view),
            History = view.History.Count == 0 ? stack.Status?.History : view.History,
        };
    }

    /// <summary>
    /// Paused, not valid or being deleted since before the start: what runs is what the last status names. How it does
    /// is read from the cluster, and the rest of what is known stays.
    /// </summary>
    private static MonitoringStackStatus Unrendered(
        MonitoringStack stack,
        MonitoringStackStatus known,
        StackView view,
        IReadOnlyDictionary<string, WorkloadFacts> workloads,
        StackPhase phase,
        long generation,
        DateTimeOffset now
    )
    {
        var components = (known.Components ?? [])
            .Select(component =>
                workloads.TryGetValue(component.Name, out var facts)
                    ? component with
                    {
                        Ready = $"{facts.Ready}/{component.Ready?.Split('/')[^1]}",
                        Message = facts.Problem.Length > 0 ? ConditionList.Text(facts.Problem) : null,
                    }
                    : component
            )
            .ToList();
        var readyComponents = components.Count(component => StackJudge.IsReady(component.Ready));
        var ready = StackJudge.Components(components);
        var summary = StackJudge.Summary(view, Judgement.Yes("Unknown"), ready, Judgement.Yes("Unknown"));
        return known with
        {
            Phase = phase,
            ObservedGeneration = generation,
            Components = known.Components is null ? null : components,
            Summary = known.Summary is { } counts
                ? counts with
                {
                    Components = $"{readyComponents}/{components.Count}",
                }
                : null,
            Conditions = Conditions(
                stack,
                generation,
                known.Components is null
                    ? [(ConditionTypes.Ready, summary)]
                    : [(ConditionTypes.ComponentsReady, ready), (ConditionTypes.Ready, summary)],
                now
            ),
        };
    }

    /// <summary>The conditions that are judged; others of ours stay as they are. Always in the same order.</summary>
    private static IReadOnlyList<Condition> Conditions(
        MonitoringStack stack,
        long generation,
        IReadOnlyList<(string Type, Judgement Judgement)> judged,
        DateTimeOffset now
    )
    {
        var known = stack.Status?.Conditions ?? [];
        return
        [
            .. known
                .Where(condition => judged.All(item => item.Type != condition.Type))
                .Concat(ConditionList.Of(judged, known, generation, now))
                .Where(condition => Order.Contains(condition.Type, StringComparer.Ordinal))
                .OrderBy(condition => Array.IndexOf(Order, condition.Type)),
        ];
    }

    private static ComponentStatus Component(
        ComponentPlan plan,
        StackView view,
        IReadOnlyDictionary<string, WorkloadFacts> workloads
    )
    {
        var facts = workloads.GetValueOrDefault(plan.Name) ?? new WorkloadFacts(0, "not created yet");
        var load = view.Loads.GetValueOrDefault(plan.Name);
        var message = facts.Problem.Length > 0 ? facts.Problem : load?.Message ?? "";
        return new ComponentStatus
        {
            Name = plan.Name,
            Kind = plan.WorkloadKind,
            Engine = plan.Engine,
            Version = plan.Engine switch
            {
                "Prometheus" => view.Live.Versions.Prometheus,
                "Alertmanager" => view.Live.Versions.Alertmanager,
                _ => view.Live.Versions.Blackbox,
            },
            Ready = $"{facts.Ready}/{plan.Replicas}",
            Endpoint = Url(plan),
            ConfigHash = plan.ConfigHash,
            LoadedHash = view.Live.LoadedHashes.GetValueOrDefault(plan.Name) ?? load?.LoadedHash,
            Message = message.Length > 0 ? ConditionList.Text(message) : null,
        };
    }

    private static AlertCounts Alerts(StackView view)
    {
        int pending = 0,
            firing = 0;
        foreach (var live in view.Live.Alerts.Values)
        {
            foreach (var alert in live.Alerts)
            {
                if (alert.State == "firing")
                {
                    firing++;
                }
                else
                {
                    pending++;
                }
            }
        }

        // By what is in the rule files: a disabled rule was rendered too, into nothing.
        var loaded = new HashSet<ObjectKey>();
        foreach (var rule in view.InPrometheus?.Rules.Rules ?? [])
        {
            if (rule.Source.Kind == "AlertRule")
            {
                loaded.Add(rule.Source.Key);
            }
        }

        return new AlertCounts
        {
            Rules = loaded.Count,
            Pending = pending,
            Firing = firing,
        };
    }

    private static TargetCounts Targets(StackView view)
    {
        var all = view.Live.Targets.Values.SelectMany(target => target.Targets).ToList();
        return new TargetCounts { Up = all.Count(target => target.Health == "up"), Total = all.Count };
    }

    private static ProbeCounts Probes(StackView view)
    {
        var all = view.Live.Probes.Values.ToList();
        return new ProbeCounts
        {
            Healthy = all.Count(probe =>
                probe.Targets.Count > 0 && probe.Targets.All(target => target.Success == true)
            ),
            Total = all.Count,
        };
    }

    private static StackEndpoints? Endpoints(StackView view)
    {
        string? Of(string engine) =>
            view.Desired?.Components.FirstOrDefault(plan => plan.Engine == engine) is { } plan ? Url(plan) : null;
        return view.Desired is null
            ? null
            : new StackEndpoints
            {
                Prometheus = Of("Prometheus"),
                Alertmanager = Of("Alertmanager"),
                Blackbox = Of("Blackbox"),
            };
    }

    private static string? Versions(List<ComponentStatus> components)
    {
        var known = components
            .Where(component => component.Version is not null)
            .Select(component => $"{component.Engine} {component.Version}")
            .ToList();
        return known.Count == 0 ? null : string.Join(", ", known);
    }

    private static string Url(ComponentPlan plan) =>
        $"http://{plan.Service.Name}.{plan.Service.Namespace}.svc:{plan.PortNumber}";
}
