using Binnacle.Api;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;

namespace Binnacle.Operator.Reporting;

/// <summary>What the cluster says of a component's workload.</summary>
/// <param name="Ready">Ready replicas of the current template.</param>
/// <param name="Problem">Why pods are not ready, for people; empty when nothing is wrong.</param>
internal sealed record WorkloadFacts(int Ready, string Problem);

/// <summary>Builds the status of a MonitoringStack. Pure.</summary>
internal static class StackStatusBuilder
{
    /// <summary>Builds it.</summary>
    public static MonitoringStackStatus Build(
        MonitoringStack stack,
        StackView view,
        IReadOnlyDictionary<string, WorkloadFacts> workloads,
        IReadOnlyCollection<AlertRule> alertRules,
        int dashboards,
        DateTimeOffset now
    )
    {
        var generation = stack.Metadata.Generation ?? 0;
        var components = view.Desired is { } desired
            ? desired.Components.Select(plan => Component(plan, view, workloads)).ToList()
            : [];
        var readyComponents = components.Count(component => IsReady(component.Ready));
        var ready = Components(view, components, readyComponents);
        var loaded = Config(view);
        var alerts = Alerts(view, alertRules);
        var targets = Targets(view);
        var probes = Probes(view);
        var rendered = view.Desired?.Dashboards.Count ?? 0;
        return new MonitoringStackStatus
        {
            Phase = Phase(view, ready, loaded),
            ObservedGeneration = generation,
            Conditions = ConditionList.Of(
                [
                    (ConditionTypes.ComponentsReady, ready),
                    (ConditionTypes.ConfigLoaded, loaded),
                    (ConditionTypes.Ready, Summary(view, ready, loaded)),
                ],
                stack.Status?.Conditions,
                generation,
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
            Message = message.Length > 0 ? message : null,
        };
    }

    private static Judgement Components(StackView view, List<ComponentStatus> components, int ready)
    {
        if (view.ApplyFailures.Count > 0)
        {
            return Judgement.No("ApplyFailed", string.Join("; ", view.ApplyFailures.Take(3)));
        }

        if (components.Count == 0)
        {
            return Judgement.No("Pending", "nothing was created yet");
        }

        var late = components.FirstOrDefault(component => !IsReady(component.Ready));
        return late is null
            ? Judgement.Yes("AllReady", $"{ready} of {components.Count} components are ready")
            : Judgement.No(
                "NotReady",
                $"{late.Name} {late.Ready}{(late.Message is { Length: > 0 } why ? $": {why}" : "")}"
            );
    }

    private static Judgement Config(StackView view)
    {
        if (view.RefusedStack is { } refused)
        {
            return Judgement.No("Refused", refused.Message);
        }

        if (view.Search is not null)
        {
            return Judgement.No("Searching", "a changed resource was refused; it is being searched for");
        }

        if (view.Desired is null)
        {
            return Judgement.No("Pending", "nothing was rendered yet");
        }

        var open = view.Desired.Components.FirstOrDefault(plan =>
            view.Loads.GetValueOrDefault(plan.Name) is not { State: LoadState.Loaded }
        );
        return open is null
            ? Judgement.Yes("Loaded", "every replica reports the configuration")
            : Judgement.No(
                "Loading",
                view.Loads.GetValueOrDefault(open.Name)?.Message is { Length: > 0 } message
                    ? message
                    : $"{open.Name} has not taken the configuration yet"
            );
    }

    private static Judgement Summary(StackView view, Judgement ready, Judgement loaded)
    {
        if (view.Rejection is { } rejection)
        {
            return Judgement.No(ConditionReasons.Invalid, rejection);
        }

        if (view.Paused)
        {
            return Judgement.No("Paused", "spec.paused is set: the operator changes nothing");
        }

        if (ready.Status != "True")
        {
            return ready;
        }

        return loaded.Status != "True" ? loaded : Judgement.Yes("Ready", loaded.Message);
    }

    private static StackPhase Phase(StackView view, Judgement ready, Judgement loaded)
    {
        if (view.Paused)
        {
            return StackPhase.Paused;
        }

        if (view.Desired is null && view.Rejection is null)
        {
            return StackPhase.Pending;
        }

        if (view.ApplyFailures.Count > 0 || view.RefusedStack is not null || view.Rejection is not null)
        {
            return StackPhase.Degraded;
        }

        if (ready.Status == "True" && loaded.Status == "True")
        {
            return StackPhase.Ready;
        }

        // On the way there for the first time, or again after having been there.
        return view.LastGood is null || ReferenceEquals(view.LastGood, view.Desired) is false
            ? StackPhase.Progressing
            : StackPhase.Degraded;
    }

    private static AlertCounts Alerts(StackView view, IReadOnlyCollection<AlertRule> rules)
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

        var loaded = rules.Count(rule => view.InPrometheusRendered.ContainsKey(new ResourceRef("AlertRule", rule.Key)));
        return new AlertCounts
        {
            Rules = loaded,
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

    private static bool IsReady(string? ready) =>
        ready?.Split('/') is [var have, var want] && have == want && want != "0";
}
