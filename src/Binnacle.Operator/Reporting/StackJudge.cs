using Binnacle.Api;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;

namespace Binnacle.Operator.Reporting;

/// <summary>Judges a stack: its conditions and its phase. Pure.</summary>
internal static class StackJudge
{
    /// <summary>Every object is as rendered.</summary>
    public static Judgement Applied(StackView view)
    {
        const int Named = 5;
        if (view.Obstacle is { } obstacle)
        {
            return Judgement.No(obstacle.Reason, obstacle.Text);
        }

        if (view.Desired is null)
        {
            return Judgement.No("Pending", "nothing was rendered yet");
        }

        if (view.ObjectIssues is not [var first, ..] issues)
        {
            return Judgement.Yes("Applied", "every object is as rendered");
        }

        var more = issues.Count > Named ? $"; and {issues.Count - Named} more" : "";
        return Judgement.No(first.Reason, string.Join("; ", issues.Take(Named).Select(issue => issue.Text)) + more);
    }

    /// <summary>Every component has all its replicas.</summary>
    public static Judgement Components(IReadOnlyList<ComponentStatus> components)
    {
        if (components.Count == 0)
        {
            return Judgement.No("Pending", "nothing was created yet");
        }

        var late = components.FirstOrDefault(component => !IsReady(component.Ready));
        return late is null
            ? Judgement.Yes("AllReady", $"{components.Count} of {components.Count} components are ready")
            : Judgement.No(
                "NotReady",
                $"{late.Name} {late.Ready}{(late.Message is { Length: > 0 } why ? $": {why}" : "")}"
            );
    }

    /// <summary>Every component runs with the configuration.</summary>
    public static Judgement Config(StackView view)
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
            // What was loaded counts for the configuration that was asked for then.
            view.Loads.GetValueOrDefault(plan.Name)
                is not { State: LoadState.Loaded, LoadedHash: var loaded }
            || loaded != plan.ConfigHash
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

    /// <summary>All of it: the first thing that is wrong.</summary>
    public static Judgement Summary(StackView view, Judgement applied, Judgement ready, Judgement loaded)
    {
        if (view.Removal is { } removal)
        {
            return Judgement.No(removal.Reason, removal.Message);
        }

        if (view.Rejection is { } rejection)
        {
            return Judgement.No(ConditionReasons.Invalid, rejection);
        }

        if (view.Paused)
        {
            return Judgement.No("Paused", "spec.paused is set: the operator changes nothing");
        }

        if (view.Obstacle is { } obstacle)
        {
            return Judgement.No(obstacle.Reason, obstacle.Text);
        }

        // The first cause first: what was not applied cannot run.
        if (applied.Status != "True" && view.Desired is not null)
        {
            return applied;
        }

        if (ready.Status != "True")
        {
            return ready;
        }

        if (loaded.Status != "True")
        {
            return loaded;
        }

        return Problem(view) is { } problem
            ? Judgement.No(problem.Reason, problem.Message)
            : Judgement.Yes("Ready", loaded.Message);
    }

    /// <summary>The first thing in the stack's own spec that could not be rendered; the rest of it runs.</summary>
    public static ResourceProblem? Problem(StackView view) =>
        view.Desired?.Problems.FirstOrDefault(problem =>
            problem is { IsError: true, Resource.Kind: "MonitoringStack" }
        );

    /// <summary>The word for people.</summary>
    public static StackPhase Phase(MonitoringStack stack, StackView view, Judgement ready, Judgement loaded)
    {
        if (view.Removal is { } removal)
        {
            return removal.Reason == Removal.Failed ? StackPhase.Degraded : StackPhase.Progressing;
        }

        if (view.Paused)
        {
            return StackPhase.Paused;
        }

        if (view.Desired is null && view.Rejection is null && view.Obstacle is null)
        {
            return StackPhase.Pending;
        }

        if (
            view.ObjectIssues.Count > 0
            || view.RefusedStack is not null
            || view.Rejection is not null
            || view.Obstacle is not null
            || Problem(view) is not null
        )
        {
            return StackPhase.Degraded;
        }

        if (ready.Status == "True" && loaded.Status == "True")
        {
            return StackPhase.Ready;
        }

        return WasThere(stack, view) ? StackPhase.Degraded : StackPhase.Progressing;
    }

    /// <summary>
    /// What is wanted was there once: then something broke. Else it is still on the way. A restart of the operator
    /// changes nothing about that, so the status in the cluster stands in for what it has not seen.
    /// </summary>
    private static bool WasThere(MonitoringStack stack, StackView view) =>
        view.LastGood is { } good
            ? good.ConfigHash == view.Desired?.ConfigHash && view.LastGoodGeneration == view.Generation
            : stack.Status is { Phase: StackPhase.Ready or StackPhase.Degraded } known
                && known.ObservedGeneration == view.Generation;

    /// <summary>Reads <c>2/2</c>; nothing wanted is not ready.</summary>
    public static bool IsReady(string? ready) =>
        ready?.Split('/') is [var have, var want] && have == want && want != "0";
}
