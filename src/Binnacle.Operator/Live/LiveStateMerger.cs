using Binnacle.Operator.Components;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Live;

/// <summary>
/// Makes one picture out of what the Prometheus replicas of a stack say. Pure. Where replicas differ the worst counts:
/// an alert that fires on one of two is a firing alert, a target that one cannot reach is a target with a problem.
/// </summary>
internal static class LiveStateMerger
{
    private static readonly string[] StateOrder = ["inactive", "pending", "firing"];
    private static readonly string[] HealthOrder = ["ok", "unknown", "err"];
    private static readonly string[] TargetOrder = ["up", "unknown", "down"];

    /// <summary>Merges; without any reading nothing is known.</summary>
    public static LiveState Merge(DesiredState desired, IReadOnlyList<PrometheusReading> readings)
    {
        if (readings.Count == 0)
        {
            return LiveState.Unknown with { Plan = desired };
        }

        return new LiveState
        {
            Plan = desired,
            HasMetrics = true,
            LoadedRules = LoadedOnAll(readings),
            LacksRules = readings.Any(reading => reading.Rules.Any(rule => rule.Reported is null)),
            HasStrayRules = readings.Any(reading => reading.HasStrays),
            Alerts = Alerts(readings),
            Targets = Targets(desired, readings),
            Probes = Probes(desired, readings),
        };
    }

    private static HashSet<ResourceRef> LoadedOnAll(IReadOnlyList<PrometheusReading> readings)
    {
        var loaded = new HashSet<ResourceRef>();
        var missing = new HashSet<ResourceRef>();
        foreach (var rule in readings.SelectMany(reading => reading.Rules))
        {
            (rule.Reported is null ? missing : loaded).Add(rule.Planned.Source);
        }

        loaded.ExceptWith(missing);
        return loaded;
    }

    private static Dictionary<ObjectKey, AlertLive> Alerts(IReadOnlyList<PrometheusReading> readings)
    {
        var alerts = new Dictionary<ObjectKey, AlertLive>();
        foreach (var (planned, reported) in readings.SelectMany(reading => reading.Rules))
        {
            if (reported is null || planned.Source.Kind != "AlertRule")
            {
                continue;
            }

            var next = planned.IsAlert
                ? new AlertLive(
                    reported.State ?? "inactive",
                    reported.Health,
                    reported.LastError ?? "",
                    reported.Alerts ?? []
                )
                : new AlertLive("inactive", reported.Health, reported.LastError ?? "", []);
            alerts[planned.Source.Key] = alerts.TryGetValue(planned.Source.Key, out var before)
                ? Worst(before, next)
                : next;
        }

        return alerts.ToDictionary(
            entry => entry.Key,
            entry =>
                entry.Value is { State: "inactive", Health: "ok", Alerts.Count: 0 }
                    ? AlertLive.Quiet
                    : entry.Value with
                    {
                        Alerts = Ordered(entry.Value.Alerts),
                    }
        );
    }

    private static AlertLive Worst(AlertLive left, AlertLive right)
    {
        var health = Array.IndexOf(HealthOrder, left.Health) >= Array.IndexOf(HealthOrder, right.Health) ? left : right;
        var state = Array.IndexOf(StateOrder, left.State) >= Array.IndexOf(StateOrder, right.State) ? left : right;
        return new AlertLive(state.State, health.Health, health.LastError, Union(left.Alerts, right.Alerts));
    }

    /// <summary>Two replicas see the same series: each counts once, as the replica that is further with it has it.</summary>
    private static IReadOnlyList<ActiveAlert> Union(IReadOnlyList<ActiveAlert> left, IReadOnlyList<ActiveAlert> right)
    {
        if (left.Count == 0 || right.Count == 0)
        {
            return left.Count == 0 ? right : left;
        }

        var all = new Dictionary<string, ActiveAlert>(StringComparer.Ordinal);
        foreach (var alert in left.Concat(right))
        {
            var id = LabelText(alert);
            if (
                !all.TryGetValue(id, out var known)
                || Array.IndexOf(StateOrder, alert.State) > Array.IndexOf(StateOrder, known.State)
            )
            {
                all[id] = alert;
            }
        }

        return [.. all.Values];
    }

    private static IReadOnlyList<ActiveAlert> Ordered(IReadOnlyList<ActiveAlert> alerts) =>
        alerts.Count < 2
            ? alerts
            :
            [
                .. alerts
                    .OrderByDescending(alert => Array.IndexOf(StateOrder, alert.State))
                    .ThenBy(alert => alert.ActiveAt)
                    .ThenBy(LabelText, StringComparer.Ordinal),
            ];

    private static Dictionary<ObjectKey, ScrapeLive> Targets(
        DesiredState desired,
        IReadOnlyList<PrometheusReading> readings
    )
    {
        // A series about a target (up, scrape_…) carries exactly the target's labels.
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var sample in readings.SelectMany(reading => reading.Samples))
        {
            var id = LabelText(sample.Metric.Where(label => label.Key != "__name__"));
            samples[id] = Math.Max(samples.GetValueOrDefault(id), sample.Number);
        }

        var result = new Dictionary<ObjectKey, ScrapeLive>();
        foreach (var (source, targets) in WorstTargets(desired, readings, "ScrapeTarget"))
        {
            var known = targets
                .Select(target => samples.GetValueOrDefault(LabelText(target.Labels), double.NaN))
                .Where(double.IsFinite)
                .ToList();
            result[source] = new ScrapeLive(targets, known.Count == 0 ? null : (long)known.Sum());
        }

        return result;
    }

    private static Dictionary<ObjectKey, ProbeLive> Probes(
        DesiredState desired,
        IReadOnlyList<PrometheusReading> readings
    )
    {
        var samples = readings.SelectMany(reading => reading.ProbeSamples).ToLookup(SeriesOf);
        var p95 = readings.SelectMany(reading => reading.ProbeP95).ToLookup(SeriesOf);
        var result = new Dictionary<ObjectKey, ProbeLive>();
        foreach (var (source, targets) in WorstTargets(desired, readings, "HealthProbe"))
        {
            var probed = targets.Select(target => Probed(target, samples[SeriesOf(target.Labels)])).ToList();
            var slowest = targets
                .SelectMany(target => p95[SeriesOf(target.Labels)])
                .Select(sample => sample.Number)
                .Where(double.IsFinite)
                .DefaultIfEmpty(double.NaN)
                .Max();
            result[source] = new ProbeLive(probed, double.IsNaN(slowest) ? null : slowest);
        }

        return result;
    }

    private static ProbedTarget Probed(TargetState target, IEnumerable<VectorSample> samples)
    {
        var byName = samples.ToLookup(sample => sample.Metric.GetValueOrDefault("__name__"), StringComparer.Ordinal);
        double? Value(string name, Func<IEnumerable<double>, double> pick)
        {
            var values = byName[name].Select(sample => sample.Number).Where(double.IsFinite).ToList();
            return values.Count == 0 ? null : pick(values);
        }

        var success = Value("probe_success", Enumerable.Min);
        var code = Value("probe_http_status_code", Enumerable.Max);
        var expiry = Value("probe_ssl_earliest_cert_expiry", Enumerable.Min);
        return new ProbedTarget(
            target.Labels.GetValueOrDefault("instance") ?? target.ScrapeUrl,
            // A sample of a prober that can no longer be asked is old news.
            target.Health == "down"
            || success is null
                ? null
                : success > 0,
            Value("probe_duration_seconds", Enumerable.Max),
            code is > 0 ? (int)code : null,
            expiry is > 0 ? DateTimeOffset.FromUnixTimeSeconds((long)expiry) : null,
            target.Health == "down" ? target.LastError : ""
        );
    }

    private static Dictionary<ObjectKey, List<TargetState>> WorstTargets(
        DesiredState desired,
        IReadOnlyList<PrometheusReading> readings,
        string kind
    )
    {
        var bySource = new Dictionary<ObjectKey, Dictionary<string, TargetState>>();
        foreach (var target in readings.SelectMany(reading => reading.Targets))
        {
            if (!desired.ScrapePools.TryGetValue(target.ScrapePool, out var source) || source.Kind != kind)
            {
                continue;
            }

            var targets = bySource.TryGetValue(source.Key, out var known)
                ? known
                : bySource[source.Key] = new(StringComparer.Ordinal);
            var id = LabelText(target.Labels) + target.ScrapeUrl;
            if (
                !targets.TryGetValue(id, out var before)
                || Array.IndexOf(TargetOrder, target.Health) > Array.IndexOf(TargetOrder, before.Health)
            )
            {
                targets[id] = target;
            }
        }

        return bySource.ToDictionary(
            entry => entry.Key,
            entry =>
                entry
                    .Value.Values.OrderBy(target => target.Health == "down" ? 0 : 1)
                    .ThenBy(target => target.Labels.GetValueOrDefault("instance"), StringComparer.Ordinal)
                    .ThenBy(target => target.ScrapeUrl, StringComparer.Ordinal)
                    .ToList()
        );
    }

    private static (string? Job, string? Namespace, string? Instance) SeriesOf(VectorSample sample) =>
        SeriesOf(sample.Metric);

    private static (string? Job, string? Namespace, string? Instance) SeriesOf(
        IReadOnlyDictionary<string, string> labels
    ) => (labels.GetValueOrDefault("job"), labels.GetValueOrDefault("namespace"), labels.GetValueOrDefault("instance"));

    private static string LabelText(ActiveAlert alert) => LabelText(alert.Labels);

    private static string LabelText(IEnumerable<KeyValuePair<string, string>> labels) =>
        string.Join(
            ',',
            labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}")
        );
}
