using Binnacle.Api;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Kubernetes.Models;

namespace Binnacle.Operator.Reporting;

/// <summary>A condition without its times.</summary>
/// <param name="Status">True, False or Unknown.</param>
/// <param name="Reason">CamelCase.</param>
/// <param name="Message">For people.</param>
internal readonly record struct Judgement(string Status, string Reason, string Message)
{
    /// <summary>It holds.</summary>
    public static Judgement Yes(string reason, string message = "") => new("True", reason, message);

    /// <summary>It does not hold.</summary>
    public static Judgement No(string reason, string message) => new("False", reason, message);

    /// <summary>It cannot be known now.</summary>
    public static Judgement Unknown(string reason, string message) => new("Unknown", reason, message);
}

/// <summary>What is to be said of a resource: is it valid, who took it, does it run.</summary>
/// <param name="Accepted">Its content is valid and every reference leads somewhere.</param>
/// <param name="Selected">A stack takes it.</param>
/// <param name="Loaded">Every replica runs with it; null for kinds that nothing loads.</param>
internal sealed record Verdict(Judgement Accepted, Judgement Selected, Judgement? Loaded)
{
    /// <summary>Nothing in it is doubtful; null where nothing was checked.</summary>
    public Judgement? Checks { get; init; }

    /// <summary>
    /// With the checks as a status tells them: what the data said of the same spec before a restart is not taken back
    /// before the data is asked again.
    /// </summary>
    /// <param name="told">The condition that is there.</param>
    /// <param name="generation">Of the spec.</param>
    public Verdict WithChecksOf(Condition? told, long generation) =>
        Checks is not null && told?.ObservedGeneration == generation
            ? this with
            {
                Checks = new Judgement(told.Status, told.Reason ?? "", told.Message ?? ""),
            }
            : this;

    /// <summary>The summary that kubectl wait and kstatus read.</summary>
    public Judgement Ready
    {
        get
        {
            foreach (var part in new[] { Accepted, Selected, Loaded ?? Judgement.Yes("Ready") })
            {
                if (part.Status != "True")
                {
                    return part;
                }
            }

            return Judgement.Yes("Ready", (Loaded ?? Accepted).Message);
        }
    }

    /// <summary>The conditions of a status, in reading order.</summary>
    public IEnumerable<(string Type, Judgement Judgement)> Conditions()
    {
        yield return (ConditionTypes.Accepted, Accepted);
        yield return (ConditionTypes.Selected, Selected);
        if (Loaded is { } loaded)
        {
            yield return (ConditionTypes.Loaded, loaded);
        }

        if (Checks is { } checks)
        {
            yield return (ConditionTypes.ChecksPassed, checks);
        }

        yield return (ConditionTypes.Ready, Ready);
    }
}

/// <summary>Judges one resource from the view of one stack. Pure.</summary>
internal static class Judge
{
    /// <summary>For a resource that no stack takes.</summary>
    public static Verdict Unselected(ResourceEntry entry) =>
        new(
            AcceptedAlone(entry),
            Judgement.No(entry.Selection.Reason, entry.Selection.Message),
            Loads(entry) ? Judgement.No("NotSelected", "no stack takes it") : null
        );

    /// <summary>For a resource that a stack takes.</summary>
    /// <param name="entry">The resource.</param>
    /// <param name="view">What is known of the stack.</param>
    public static Verdict ByStack(ResourceEntry entry, StackView view)
    {
        var accepted = Accepted(entry, view);
        var selected = Judgement.Yes(entry.Selection.Reason, entry.Selection.Message);
        if (!Loads(entry))
        {
            var isRendered = view.Desired?.Dashboards.ContainsKey(entry.Reference.Key) ?? false;
            if (accepted.Status == "True" && !(isRendered && IsCurrent(entry, view)))
            {
                accepted = Judgement.Unknown("Pending", "not rendered yet");
            }

            return new Verdict(accepted, selected, null) { Checks = Checks(entry, view, accepted) };
        }

        return new Verdict(accepted, selected, accepted.Status == "True" ? Loaded(entry, view) : NotLoaded(accepted))
        {
            Checks = Checks(entry, view, accepted),
        };
    }

    private static Judgement NotLoaded(Judgement accepted) =>
        Judgement.No("NotAccepted", $"left out: {accepted.Reason}");

    private static bool Loads(ResourceEntry entry) => entry.Reference.Kind != "Dashboard";

    private static Judgement AcceptedAlone(ResourceEntry entry) =>
        entry.Rejection is { } rejection ? Judgement.No(ConditionReasons.Invalid, rejection) : Judgement.Yes("Valid");

    private static Judgement Accepted(ResourceEntry entry, StackView view)
    {
        if (entry.Rejection is not null)
        {
            return AcceptedAlone(entry);
        }

        if (
            view.Refused.TryGetValue(entry.Reference, out var refused)
            && refused.Intent == new IntentId(entry.Uid, entry.Generation)
        )
        {
            return Judgement.No("RefusedByComponent", refused.Message);
        }

        // What rendering said of an older spec is over.
        return IsCurrent(entry, view) && view.Problems.TryGetValue(entry.Reference, out var problem)
            ? Judgement.No(problem.Reason, problem.Message)
            : AcceptedAlone(entry);
    }

    /// <summary>What rendering found doubtful, and what the data says.</summary>
    private static Judgement? Checks(ResourceEntry entry, StackView view, Judgement accepted)
    {
        if (accepted.Status != "True" || !IsCurrent(entry, view))
        {
            return null;
        }

        var advice = StatusBoard.AdviceOf(entry, view);
        var found = view.Doubts.GetValueOrDefault(entry.Reference);
        if (advice is { Denied.Count: > 0 })
        {
            found = found?.Without(advice.Denied);
        }

        var told = advice is { Doubts.Count: > 0 } ? string.Join('\n', advice.Doubts) : null;
        var text = (found, told) switch
        {
            (null, null) => "",
            (null, _) => told,
            (_, null) => found.Text,
            _ => $"{found.Text}\n{told}",
        };
        return found is { IsWarning: true } ? Judgement.No("LintFindings", text)
            : told is not null ? Judgement.No("QueryAdvice", text)
            : Judgement.Yes("NothingDoubtful", text);
    }

    private static bool IsCurrent(ResourceEntry entry, StackView view) =>
        view.Rendered.GetValueOrDefault(entry.Reference) == new IntentId(entry.Uid, entry.Generation);

    private static Judgement Loaded(ResourceEntry entry, StackView view)
    {
        if (view.Paused)
        {
            return Judgement.Unknown("Paused", "the stack is paused");
        }

        var intent = new IntentId(entry.Uid, entry.Generation);
        if (view.Rendered.GetValueOrDefault(entry.Reference) != intent)
        {
            return view.Search is not null
                ? Judgement.No(
                    "Withheld",
                    "a changed resource was refused; this one is left out while it is searched for"
                )
                : Judgement.No("Pending", "not rendered yet");
        }

        if (view.InPrometheusRendered.GetValueOrDefault(entry.Reference) != intent)
        {
            return Judgement.No("Loading", Waiting(view, "prometheus"));
        }

        if (entry is ResourceEntry<AlertRule> { Resource.Spec.Enabled: false })
        {
            return Judgement.Yes("Disabled", "the rule is disabled and in no rule file");
        }

        if (
            entry.Reference.Kind == "HealthProbe"
            && view.Loads.GetValueOrDefault("blackbox-exporter") is not { State: LoadState.Loaded }
        )
        {
            return Judgement.No("Loading", Waiting(view, "blackbox-exporter"));
        }

        // A reading of an older plan says nothing about this one.
        if (ReferenceEquals(view.Live.Plan, view.InPrometheus))
        {
            if (!view.Live.HasMetrics)
            {
                return Judgement.Unknown("NoAnswer", "no Prometheus replica answers");
            }

            if (entry.Reference.Kind == "AlertRule" && !view.Live.LoadedRules.Contains(entry.Reference))
            {
                return Judgement.No("NotReported", "a Prometheus replica does not report the rule");
            }
        }

        return Judgement.Yes("Loaded", "every replica reports it");
    }

    private static string Waiting(StackView view, string component) =>
        view.Loads.GetValueOrDefault(component) is { Message.Length: > 0 } load
            ? load.Message
            : "waiting for the replicas to take it";
}
