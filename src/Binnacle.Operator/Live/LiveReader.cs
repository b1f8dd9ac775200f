using Binnacle.Operator.Components;
using Binnacle.Operator.Loading;
using Binnacle.Rendering;

namespace Binnacle.Operator.Live;

/// <summary>
/// Asks the components of one stack how things are: one request per endpoint and replica, never one per resource.
/// A component that does not answer leaves a gap in the result, not an error.
/// </summary>
internal sealed class LiveReader(
    PrometheusApi prometheus,
    AlertmanagerApi alertmanager,
    BlackboxApi blackbox,
    RuleAudit audit
)
{
    /// <summary>Everything a probe measures that a status shows; job, namespace and instance name the target.</summary>
    private const string ProbeMetrics =
        "{__name__=~\"probe_success|probe_duration_seconds|probe_http_status_code|probe_ssl_earliest_cert_expiry\"}";

    private const string ProbeP95 = "quantile_over_time(0.95, probe_duration_seconds[1h])";

    /// <summary>Samples of each target's last scrape, summed by scrape pool (needs no label of ours).</summary>
    private const string ScrapedSamples = "scrape_samples_post_metric_relabeling";

    /// <summary>Reads the state of the stack whose plan is given.</summary>
    public async Task<LiveState> ReadAsync(
        DesiredState desired,
        IReadOnlyDictionary<string, IReadOnlyList<Replica>> replicas,
        CancellationToken cancellationToken
    )
    {
        var versions = new ObservedVersions();
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        var readings = new List<PrometheusReading>();
        foreach (var plan in desired.Components)
        {
            var of = replicas.GetValueOrDefault(plan.Name) ?? [];
            var states = await Task.WhenAll(of.Select(replica => AskAsync(plan, replica, desired, cancellationToken)));
            readings.AddRange(states.Select(state => state.Reading).OfType<PrometheusReading>());
            var version = states.Select(state => state.Version).FirstOrDefault(value => !string.IsNullOrEmpty(value));
            versions = plan.Engine switch
            {
                "Prometheus" => versions with { Prometheus = version },
                "Alertmanager" => versions with { Alertmanager = version },
                _ => versions with { Blackbox = version },
            };
            var loaded = states.Select(state => state.Hash).Distinct(StringComparer.Ordinal).ToList();
            if (loaded is [{ } one])
            {
                hashes[plan.Name] = one;
            }
        }

        return LiveStateMerger.Merge(desired, readings) with
        {
            Versions = versions,
            LoadedHashes = hashes,
        };
    }

    private async Task<ComponentAnswer> AskAsync(
        ComponentPlan plan,
        Replica replica,
        DesiredState desired,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return plan.Engine switch
            {
                "Prometheus" => await AskPrometheusAsync(replica, desired, cancellationToken),
                "Alertmanager" => new ComponentAnswer(
                    await alertmanager.VersionAsync(replica, cancellationToken),
                    await alertmanager.LoadedHashAsync(replica, cancellationToken),
                    null
                ),
                _ => new ComponentAnswer(
                    await blackbox.VersionAsync(replica, cancellationToken),
                    ConfigIdentity.OfModules(await blackbox.LoadedModulesAsync(replica, cancellationToken)),
                    null
                ),
            };
        }
        catch (Exception silence)
            when (silence is HttpRequestException or ComponentRefusedException or System.Text.Json.JsonException)
        {
            return new ComponentAnswer(null, null, null);
        }
    }

    private async Task<ComponentAnswer> AskPrometheusAsync(
        Replica replica,
        DesiredState desired,
        CancellationToken cancellationToken
    )
    {
        var groups = await prometheus.RulesAsync(replica, null, cancellationToken);
        var rules = await audit.CompareAsync(replica, desired.Rules.Rules, groups, cancellationToken);
        var targets = await prometheus.TargetsAsync(replica, cancellationToken);
        var hasProbes = desired.ScrapePools.Values.Any(source => source.Kind == "HealthProbe");
        var reading = new PrometheusReading(
            rules,
            targets,
            hasProbes ? await prometheus.QueryAsync(replica, ProbeMetrics, cancellationToken) : [],
            hasProbes ? await prometheus.QueryAsync(replica, ProbeP95, cancellationToken) : [],
            targets.Count > 0 ? await prometheus.QueryAsync(replica, ScrapedSamples, cancellationToken) : []
        )
        {
            HasStrays = RuleAudit.Stray(desired.Rules.Rules, groups, isWhole: true) is not null,
        };
        return new ComponentAnswer(
            await prometheus.VersionAsync(replica, cancellationToken),
            ConfigIdentity.FindMarker(await prometheus.LoadedConfigAsync(replica, cancellationToken)),
            reading
        );
    }

    private sealed record ComponentAnswer(string? Version, string? Hash, PrometheusReading? Reading);
}

/// <summary>What one Prometheus replica said.</summary>
internal sealed record PrometheusReading(
    IReadOnlyList<AuditedRule> Rules,
    IReadOnlyList<TargetState> Targets,
    IReadOnlyList<VectorSample> ProbeSamples,
    IReadOnlyList<VectorSample> ProbeP95,
    IReadOnlyList<VectorSample> Samples
)
{
    /// <summary>It runs rules that are not planned.</summary>
    public bool HasStrays { get; init; }
}
