using Binnacle.Api;
using Binnacle.Operator.Advice;
using Binnacle.Operator.Live;
using Binnacle.Rendering;
using Kubernetes.Models;
using ActiveAlert = Binnacle.Api.ActiveAlert;
using ProbedTarget = Binnacle.Api.ProbedTarget;
using RuleState = Binnacle.Api.RuleState;

namespace Binnacle.Operator.Reporting;

/// <summary>What one stack says of a resource.</summary>
internal sealed record StackReport(ObjectKey Stack, Verdict Verdict);

/// <summary>Builds the statuses of the four small kinds. Pure: what is there now, and what is known, give what should be.</summary>
internal static class ResourceStatusBuilder
{
    private const int AlertLimit = 10;
    private const int TargetLimit = 20;

    /// <summary>The parts that all kinds share.</summary>
    public static T Common<T>(
        T status,
        ResourceStatus? before,
        long generation,
        Verdict verdict,
        IReadOnlyList<StackReport> stacks,
        DateTimeOffset now
    )
        where T : ResourceStatus =>
        status with
        {
            ObservedGeneration = generation,
            Stack = stacks.Count == 0 ? null : string.Join(',', stacks.Select(report => report.Stack)),
            // One stack's view is the view; only where several differ is each one's own worth its space.
            Stacks =
                stacks.Count < 2
                    ? null
                    :
                    [
                        .. stacks.Select(report => new StackBinding
                        {
                            Namespace = report.Stack.Namespace,
                            Name = report.Stack.Name,
                            Conditions = ConditionList.Of(
                                report.Verdict.Conditions(),
                                Told(before, report.Stack),
                                generation,
                                now
                            ),
                        }),
                    ],
            Conditions = ConditionList.Of(verdict.Conditions(), before?.Conditions, generation, now),
        };

    /// <summary>What a status tells of one of several stacks.</summary>
    public static IReadOnlyList<Condition>? Told(ResourceStatus? before, ObjectKey stack) =>
        before
            ?.Stacks?.FirstOrDefault(binding => binding.Namespace == stack.Namespace && binding.Name == stack.Name)
            ?.Conditions;

    /// <summary>State of an AlertRule.</summary>
    public static AlertRuleStatus AlertRule(
        AlertRule rule,
        AlertRuleStatus? before,
        AlertLive? live,
        NotificationPlan? notification,
        RuleAdvice? advice,
        DateTimeOffset now
    )
    {
        if (!rule.Spec.Enabled)
        {
            return new AlertRuleStatus { State = RuleState.Disabled, Since = Since(before, RuleState.Disabled, now) };
        }

        var state = live?.State switch
        {
            "firing" => RuleState.Firing,
            "pending" => RuleState.Pending,
            "inactive" => live.Health == "err" ? RuleState.Unknown : RuleState.Inactive,
            _ => RuleState.Unknown,
        };
        var same = before?.ObservedGeneration == rule.Metadata.Generation ? before : null;
        return new AlertRuleStatus
        {
            State = state,
            Active = live is null ? null : live.Alerts.Count,
            Since = Since(before, state, FirstActive(live, state) ?? now),
            Health = live?.Health switch
            {
                "ok" => RuleHealth.Ok,
                "err" => RuleHealth.Error,
                null => null,
                // After a reload no rule was evaluated yet, which is no news of its health.
                _ => before?.Health,
            },
            LastError = live is { LastError.Length: > 0 } ? Steady.Words(live.LastError) : null,
            Alerts = live is { Alerts.Count: > 0 }
                ? [.. live.Alerts.Take(AlertLimit).Select(alert => Alert(alert, before))]
                : null,
            Notification =
                notification is null || rule.Spec.Severity == Severity.None && notification.Channels.Count == 0
                    ? null
                    : new RuleNotification { Receivers = notification.Channels, Route = notification.Route },
            // Until the data was asked, what was found out about the same spec before a restart stays.
            Backtest = advice is null ? same?.Backtest : Backtest(advice.Backtest),
            Cost = advice is null ? same?.Cost : Cost(same?.Cost, advice.Cost),
        };
    }

    private static RuleBacktest? Backtest(BacktestResult? replayed) =>
        replayed is null
            ? null
            : new RuleBacktest
            {
                Window = RuleAdvisor.Duration(replayed.Window),
                WouldHaveFired = replayed.Fired,
                Longest = RuleAdvisor.Duration(replayed.Longest),
                Current = replayed.Current is { } current ? RuleAdvisor.Duration(current) : null,
            };

    private static RuleCost? Cost(RuleCost? before, QueryCost? measured) =>
        measured is null
            ? null
            : new RuleCost
            {
                Series = Steady.Count(before?.Series, measured.Series),
                Samples = Steady.Count(before?.Samples, measured.Samples),
                Alerts = Steady.Count(before?.Alerts, measured.Results),
            };

    /// <summary>State of a ScrapeTarget.</summary>
    public static ScrapeTargetStatus ScrapeTarget(ScrapeTargetStatus? before, ScrapeLive? live)
    {
        if (live is null)
        {
            return new ScrapeTargetStatus();
        }

        var up = live.Targets.Count(target => target.Health == "up");
        return new ScrapeTargetStatus
        {
            Up = $"{up}/{live.Targets.Count}",
            Samples = Steady.Count(before?.Samples, live.Samples),
            LastError = live.Targets.FirstOrDefault(target => target.LastError.Length > 0) is { } failing
                ? Steady.Words(failing.LastError)
                : null,
            Targets =
            [
                .. live
                    .Targets.Take(TargetLimit)
                    .Select(target => new ScrapedTarget
                    {
                        Target = target.Labels.GetValueOrDefault("instance") ?? target.ScrapeUrl,
                        Up = target.Health == "up",
                        LastError = target.LastError.Length > 0 ? Steady.Words(target.LastError) : null,
                    }),
            ],
        };
    }

    /// <summary>State of a Dashboard.</summary>
    public static DashboardStatus Dashboard(RenderedDashboard? rendered) =>
        rendered is null
            ? new DashboardStatus()
            : new DashboardStatus
            {
                Uid = rendered.Uid,
                Title = rendered.Title,
                Panels = rendered.Panels,
                Queries = rendered.Queries,
            };

    /// <summary>State of a HealthProbe.</summary>
    /// <param name="degradedAfter">Slower than this is Degraded; null: nothing is.</param>
    /// <param name="before">The status as it is.</param>
    /// <param name="live">What was measured; null: nothing.</param>
    public static HealthProbeStatus HealthProbe(TimeSpan? degradedAfter, HealthProbeStatus? before, ProbeLive? live)
    {
        if (live is null || live.Targets.Count == 0)
        {
            return new HealthProbeStatus { State = ProbeState.Unknown };
        }

        var targets = live
            .Targets.Select(target => (Measured: target, State: StateOf(target, degradedAfter)))
            .OrderByDescending(target => Rank(target.State))
            .ThenBy(target => target.Measured.Target, StringComparer.Ordinal)
            .ToList();
        var slowest = targets.Max(target => target.Measured.DurationSeconds);
        return new HealthProbeStatus
        {
            State = targets[0].State,
            Up = $"{targets.Count(target => target.Measured.Success == true)}/{targets.Count}",
            Latency = slowest is null
                ? null
                : new ProbeLatency
                {
                    Last = Steady.Latency(before?.Latency?.Last, slowest),
                    P95 = Steady.Latency(before?.Latency?.P95, live.P95Seconds),
                },
            CertificateExpires = targets.Min(target => target.Measured.CertificateExpires),
            Targets =
            [
                .. targets
                    .Take(TargetLimit)
                    .Select(target => new ProbedTarget
                    {
                        Target = target.Measured.Target,
                        State = target.State,
                        StatusCode = target.Measured.StatusCode,
                        Latency = Steady.Latency(
                            before?.Targets?.FirstOrDefault(old => old.Target == target.Measured.Target)?.Latency,
                            target.Measured.DurationSeconds
                        ),
                        CertificateExpires = target.Measured.CertificateExpires,
                        LastError = target.Measured.Error.Length > 0 ? Steady.Words(target.Measured.Error) : null,
                    }),
            ],
        };
    }

    private static ProbeState StateOf(Live.ProbedTarget target, TimeSpan? degradedAfter) =>
        target switch
        {
            { Success: null } => ProbeState.Unknown,
            { Success: false } => ProbeState.Unhealthy,
            { DurationSeconds: { } took } when degradedAfter is { } limit && took > limit.TotalSeconds =>
                ProbeState.Degraded,
            _ => ProbeState.Healthy,
        };

    /// <summary>Of several targets the worst counts; one that could not be asked is worse than a slow one.</summary>
    private static int Rank(ProbeState state) =>
        state switch
        {
            ProbeState.Unhealthy => 3,
            ProbeState.Unknown => 2,
            ProbeState.Degraded => 1,
            _ => 0,
        };

    private static ActiveAlert Alert(Components.ActiveAlert alert, AlertRuleStatus? before)
    {
        // alertname is the rule itself; the other labels tell the series apart.
        var labels = alert
            .Labels.Where(label => label.Key != "alertname")
            .OrderBy(label => label.Key, StringComparer.Ordinal)
            .ToDictionary(label => label.Key, label => label.Value, StringComparer.Ordinal);
        var old = before?.Alerts?.FirstOrDefault(known =>
            known.Labels is { } had
            && had.Count == labels.Count
            && had.All(label => labels.GetValueOrDefault(label.Key) == label.Value)
        );
        return new ActiveAlert
        {
            Labels = labels,
            State = alert.State == "firing" ? AlertState.Firing : AlertState.Pending,
            Value = Steady.Value(old?.Value, alert.Value),
            ActiveSince = alert.ActiveAt is { } at ? WholeSeconds(at) : null,
        };
    }

    private static DateTimeOffset? FirstActive(AlertLive? live, RuleState state) =>
        state is RuleState.Pending or RuleState.Firing
            ? live?.Alerts.Where(alert => alert.State == live.State).Min(alert => alert.ActiveAt)
            : null;

    /// <summary>The time does not move while the state stays the same.</summary>
    private static DateTimeOffset Since(AlertRuleStatus? before, RuleState state, DateTimeOffset otherwise) =>
        before?.State == state && before.Since is { } since ? since : WholeSeconds(otherwise);

    /// <summary>What the API stores: comparing anything finer with it would find a difference each time.</summary>
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) =>
        DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
