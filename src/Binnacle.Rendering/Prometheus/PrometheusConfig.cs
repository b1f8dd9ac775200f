using System.Text.Json.Serialization;

namespace Binnacle.Rendering.Prometheus;

// prometheus.yml as https://prometheus.io/docs/prometheus/latest/configuration/configuration/ describes it.
// Durations are Prometheus durations; a null field is left out and Prometheus's own default holds.

/// <summary>All but <c>scrape_configs</c>, which follow as text: see <see cref="PrometheusFile"/>.</summary>
internal sealed record PrometheusConfig
{
    public required GlobalConfig Global { get; init; }
    public StorageConfig? Storage { get; init; }
    public IReadOnlyList<string>? RuleFiles { get; init; }
    public AlertingConfig? Alerting { get; init; }
}

internal sealed record GlobalConfig
{
    public required string ScrapeInterval { get; init; }
    public required string EvaluationInterval { get; init; }
    public IReadOnlyDictionary<string, string>? ExternalLabels { get; init; }
}

internal sealed record StorageConfig
{
    public TsdbConfig? Tsdb { get; init; }
}

internal sealed record TsdbConfig
{
    public string? OutOfOrderTimeWindow { get; init; }
    public RetentionConfig? Retention { get; init; }
}

internal sealed record RetentionConfig
{
    public string? Time { get; init; }
    public string? Size { get; init; }
}

internal sealed record AlertingConfig
{
    public required IReadOnlyList<AlertmanagerTarget> Alertmanagers { get; init; }
}

internal sealed record AlertmanagerTarget
{
    public string? ApiVersion { get; init; }
    public string? Scheme { get; init; }
    public IReadOnlyList<KubernetesDiscovery>? KubernetesSdConfigs { get; init; }
    public IReadOnlyList<RelabelConfig>? RelabelConfigs { get; init; }
}

/// <summary>One entry of <c>scrape_configs</c>.</summary>
internal sealed record ScrapeConfig
{
    public required string JobName { get; init; }
    public string? ScrapeInterval { get; init; }
    public string? ScrapeTimeout { get; init; }
    public string? MetricsPath { get; init; }
    public string? Scheme { get; init; }
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Params { get; init; }
    public bool? HonorLabels { get; init; }
    public bool? HonorTimestamps { get; init; }
    public AuthorizationConfig? Authorization { get; init; }
    public BasicAuthConfig? BasicAuth { get; init; }
    public OAuth2Config? Oauth2 { get; init; }
    public TlsConfig? TlsConfig { get; init; }
    public IReadOnlyList<StaticDiscovery>? StaticConfigs { get; init; }
    public IReadOnlyList<KubernetesDiscovery>? KubernetesSdConfigs { get; init; }
    public IReadOnlyList<DnsDiscovery>? DnsSdConfigs { get; init; }
    public IReadOnlyList<HttpDiscovery>? HttpSdConfigs { get; init; }
    public IReadOnlyList<RelabelConfig>? RelabelConfigs { get; init; }
    public IReadOnlyList<RelabelConfig>? MetricRelabelConfigs { get; init; }
    public long? SampleLimit { get; init; }
    public long? TargetLimit { get; init; }
    public long? LabelLimit { get; init; }
    public string? BodySizeLimit { get; init; }

    /// <summary>Since Prometheus 3.0 a target without a valid Content-Type fails unless this is set.</summary>
    public string? FallbackScrapeProtocol { get; init; }
}

internal sealed record AuthorizationConfig
{
    public string? Type { get; init; }
    public string? CredentialsFile { get; init; }
}

internal sealed record BasicAuthConfig
{
    public string? Username { get; init; }

    /// <summary>Since Prometheus 2.47.</summary>
    public string? UsernameFile { get; init; }
    public string? PasswordFile { get; init; }
}

internal sealed record OAuth2Config
{
    public required string ClientId { get; init; }
    public required string ClientSecretFile { get; init; }
    public required string TokenUrl { get; init; }
    public IReadOnlyList<string>? Scopes { get; init; }
}

internal sealed record TlsConfig
{
    public string? CaFile { get; init; }
    public string? CertFile { get; init; }
    public string? KeyFile { get; init; }
    public string? ServerName { get; init; }
    public bool? InsecureSkipVerify { get; init; }
}

internal sealed record StaticDiscovery
{
    public required IReadOnlyList<string> Targets { get; init; }
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
}

internal sealed record KubernetesDiscovery
{
    /// <summary>endpoints, endpointslice or pod.</summary>
    public required string Role { get; init; }
    public NamespaceFilter? Namespaces { get; init; }
    public IReadOnlyList<DiscoverySelector>? Selectors { get; init; }
}

internal sealed record NamespaceFilter
{
    public bool? OwnNamespace { get; init; }
    public IReadOnlyList<string>? Names { get; init; }
}

internal sealed record DiscoverySelector
{
    public required string Role { get; init; }
    public string? Label { get; init; }
    public string? Field { get; init; }
}

internal sealed record DnsDiscovery
{
    public required IReadOnlyList<string> Names { get; init; }
    public string? Type { get; init; }
    public int? Port { get; init; }
}

internal sealed record HttpDiscovery
{
    public required string Url { get; init; }
    public string? RefreshInterval { get; init; }
}

/// <summary>One relabelling step; the fields that an action does not use are null.</summary>
internal sealed record RelabelConfig
{
    public IReadOnlyList<string>? SourceLabels { get; init; }
    public string? Separator { get; init; }
    public string? Regex { get; init; }
    public long? Modulus { get; init; }
    public string? TargetLabel { get; init; }
    public string? Replacement { get; init; }
    public string? Action { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(PrometheusConfig))]
[JsonSerializable(typeof(ScrapeConfig[]))]
internal sealed partial class PrometheusJsonContext : JsonSerializerContext;
