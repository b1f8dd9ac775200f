using Binnacle.Operator.Components;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Live;

/// <summary>What the running components of a stack say at one moment.</summary>
internal sealed record LiveState
{
    /// <summary>Nothing is known: no component answers yet.</summary>
    public static LiveState Unknown { get; } = new();

    /// <summary>The plan that the components were compared with; null before the first reading.</summary>
    public DesiredState? Plan { get; init; }

    /// <summary>False while no Prometheus replica answers.</summary>
    public bool HasMetrics { get; init; }

    /// <summary>AlertRules by key. Absent: not loaded on every replica.</summary>
    public IReadOnlyDictionary<ObjectKey, AlertLive> Alerts { get; init; } = new Dictionary<ObjectKey, AlertLive>();

    /// <summary>ScrapeTargets by key. Absent: no target known.</summary>
    public IReadOnlyDictionary<ObjectKey, ScrapeLive> Targets { get; init; } = new Dictionary<ObjectKey, ScrapeLive>();

    /// <summary>HealthProbes by key. Absent: no target known.</summary>
    public IReadOnlyDictionary<ObjectKey, ProbeLive> Probes { get; init; } = new Dictionary<ObjectKey, ProbeLive>();

    /// <summary>Resources whose rules every ready replica reports as planned.</summary>
    public IReadOnlySet<ResourceRef> LoadedRules { get; init; } = new HashSet<ResourceRef>();

    /// <summary>A replica does not report some rule of the plan, or something else in its place.</summary>
    public bool LacksRules { get; init; }

    /// <summary>A replica reports rules that are not in the plan.</summary>
    public bool HasStrayRules { get; init; }

    /// <summary>Versions that the components report.</summary>
    public ObservedVersions Versions { get; init; } = new();

    /// <summary>Hash of the configuration in force by component name, where all replicas agree.</summary>
    public IReadOnlyDictionary<string, string> LoadedHashes { get; init; } = new Dictionary<string, string>();
}

/// <summary>An AlertRule's alert, the worst of all replicas.</summary>
/// <param name="State">inactive, pending or firing.</param>
/// <param name="Health">ok, err or unknown (not evaluated yet).</param>
/// <param name="LastError">Of the last evaluation; empty when it went well.</param>
/// <param name="Alerts">Series that are pending or firing, the longest-active first.</param>
internal sealed record AlertLive(string State, string Health, string LastError, IReadOnlyList<ActiveAlert> Alerts)
{
    /// <summary>
    /// Evaluated without error, and nothing to tell. One instance for all such rules: whether a report is due is
    /// decided by reference, and most rules are quiet most of the time.
    /// </summary>
    public static AlertLive Quiet { get; } = new("inactive", "ok", "", []);
}

/// <summary>The targets of a ScrapeTarget.</summary>
/// <param name="Targets">Each with its last outcome, the failing first.</param>
/// <param name="Samples">Samples of the last scrapes together.</param>
internal sealed record ScrapeLive(IReadOnlyList<TargetState> Targets, long? Samples);

/// <summary>The targets of a HealthProbe.</summary>
/// <param name="Targets">Each with what the prober measured.</param>
/// <param name="P95Seconds">95th percentile of the duration over the last hour; null when not known.</param>
internal sealed record ProbeLive(IReadOnlyList<ProbedTarget> Targets, double? P95Seconds);

/// <summary>What the prober measured of one target.</summary>
/// <param name="Target">The target, the label <c>instance</c>.</param>
/// <param name="Success">Null when there is no sample yet.</param>
/// <param name="DurationSeconds">Duration of the last probe.</param>
/// <param name="StatusCode">HTTP status, for HTTP probes that got an answer.</param>
/// <param name="CertificateExpires">Earliest expiry in the chain.</param>
/// <param name="Error">Why the prober itself could not be asked; empty when it could.</param>
internal sealed record ProbedTarget(
    string Target,
    bool? Success,
    double? DurationSeconds,
    int? StatusCode,
    DateTimeOffset? CertificateExpires,
    string Error
);
