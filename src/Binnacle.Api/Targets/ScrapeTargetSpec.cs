using System.Text.Json.Serialization;
using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>Where the targets are and how they are read.</summary>
[CelRule(
    "[has(self.services), has(self.pods), has(self.static), has(self.dns), has(self.http)].filter(x, x).size() == 1",
    "give exactly one of services, pods, static, dns and http"
)]
public sealed record ScrapeTargetSpec(bool HonorTimestamps = true)
{
    /// <summary>The one MonitoringStack that reads these targets. Default: every stack whose selectors match.</summary>
    public StackRef? StackRef { get; init; }

    /// <summary>The label job of every series. Default: metadata.name. Example: <c>api</c>.</summary>
    [Size(Min = 1, Max = 253)]
    public string? Job { get; init; }

    /// <summary>Every endpoint behind the Services that match.</summary>
    public ServiceTargets? Services { get; init; }

    /// <summary>Every Pod that matches, with or without a Service.</summary>
    public PodTargets? Pods { get; init; }

    /// <summary>Addresses written down here, for what runs outside the cluster.</summary>
    public StaticTargets? Static { get; init; }

    /// <summary>Addresses that DNS answers with.</summary>
    public DnsTargets? Dns { get; init; }

    /// <summary>Addresses that a web service answers with (Prometheus HTTP service discovery).</summary>
    public HttpTargets? Http { get; init; }

    /// <summary>Path of the metrics page.</summary>
    [Size(Min = 1, Max = 1024), Pattern("^/")]
    public string Path
    {
        get => field ?? "/metrics";
        init;
    }

    /// <summary>HTTP or HTTPS.</summary>
    public Scheme Scheme { get; init; }

    /// <summary>How often the targets are read. A Prometheus duration. Default: the stack's metrics.scrapeInterval. Example: <c>30s</c>.</summary>
    [Duration]
    public string? Interval { get; init; }

    /// <summary>How long a target may take to answer; at most interval. A Prometheus duration. Default: 10s, or interval if that is shorter. Example: <c>5s</c>.</summary>
    [Duration]
    public string? Timeout { get; init; }

    /// <summary>Query parameters of the request. Example: <c>module: [http_2xx]</c>.</summary>
    [Size(Max = 32)]
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Params
    {
        get => field ?? Empty.StringLists;
        init;
    }

    /// <summary>True: labels that the target itself sends win over job, instance and labels; false: they are kept as exported_job and so on. For federation and push gateways.</summary>
    public bool HonorLabels { get; init; }

    /// <summary>True: timestamps that the target itself sends are kept; false: the time of the scrape is used.</summary>
    public bool HonorTimestamps { get; init; } = HonorTimestamps;

    /// <summary>How the request proves who it is. Default: not at all.</summary>
    public TargetAuthorization? Authorization { get; init; }

    /// <summary>How a connection with scheme HTTPS is made and checked.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Labels added to every series. Example: <c>team: payments</c>.</summary>
    [LabelNames, Size(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyDictionary<string, string> Labels
    {
        get => field ?? Empty.Strings;
        init;
    }

    /// <summary>Metrics to keep; all others are dropped. Regular expressions (RE2) that match the whole name. Example: <c>["http_.*", "process_cpu_seconds_total"]</c>.</summary>
    [Size(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyList<string> KeepMetrics
    {
        get => field ?? [];
        init;
    }

    /// <summary>Metrics to drop. Regular expressions (RE2) that match the whole name. Example: <c>["go_gc_.*"]</c>.</summary>
    [Size(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyList<string> DropMetrics
    {
        get => field ?? [];
        init;
    }

    /// <summary>Labels to drop from every series. Regular expressions (RE2) that match the whole name. The series must stay distinct without them. Example: <c>["pod_template_hash"]</c>.</summary>
    [Size(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyList<string> DropLabels
    {
        get => field ?? [];
        init;
    }

    /// <summary>Steps that choose and relabel targets before the scrape (Prometheus relabel_configs), after the operator's own.</summary>
    [Size(Max = 64)]
    public IReadOnlyList<Relabeling> Relabelings
    {
        get => field ?? [];
        init;
    }

    /// <summary>Steps that choose and relabel series after the scrape (Prometheus metric_relabel_configs), after keepMetrics, dropMetrics and dropLabels.</summary>
    [Size(Max = 64)]
    public IReadOnlyList<Relabeling> MetricRelabelings
    {
        get => field ?? [];
        init;
    }

    /// <summary>What a scrape may bring at most. A scrape that brings more fails as a whole, and says so in the status.</summary>
    public ScrapeLimits? Limits { get; init; }
}

/// <summary>Scheme of a URL.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Scheme>))]
public enum Scheme
{
    /// <summary>Without encryption.</summary>
    [JsonStringEnumMemberName("HTTP")]
    Http,

    /// <summary>With TLS.</summary>
    [JsonStringEnumMemberName("HTTPS")]
    Https,
}

/// <summary>How a scrape proves who it is.</summary>
[CelRule(
    "[has(self.bearerTokenRef), has(self.basicAuthRef), has(self.oauth2)].filter(x, x).size() == 1",
    "give exactly one of bearerTokenRef, basicAuthRef and oauth2"
)]
public sealed record TargetAuthorization
{
    /// <summary>A token, sent as <c>Authorization: Bearer …</c>.</summary>
    public SecretKeyRef? BearerTokenRef { get; init; }

    /// <summary>User name and password, sent as <c>Authorization: Basic …</c>.</summary>
    public BasicAuthRef? BasicAuthRef { get; init; }

    /// <summary>A token fetched with the OAuth 2.0 client-credentials flow.</summary>
    [JsonPropertyName("oauth2")]
    public OAuth2? OAuth2 { get; init; }
}

/// <summary>The OAuth 2.0 client-credentials flow.</summary>
public sealed record OAuth2
{
    /// <summary>Client identifier. Example: <c>prometheus</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 1024)]
    public string ClientId
    {
        get => field ?? "";
        init;
    }

    /// <summary>Client secret.</summary>
    [RequiredField]
    public SecretKeyRef ClientSecretRef
    {
        get => field ?? new SecretKeyRef();
        init;
    }

    /// <summary>Where tokens are fetched. Example: <c>https://login.example.com/oauth2/token</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 2048), Pattern("^https?://.+$")]
    public string TokenUrl
    {
        get => field ?? "";
        init;
    }

    /// <summary>Scopes to ask for.</summary>
    [Size(Max = 32, MaxItemLength = 1024)]
    public IReadOnlyList<string> Scopes
    {
        get => field ?? [];
        init;
    }
}

/// <summary>What a scrape may bring at most.</summary>
public sealed record ScrapeLimits
{
    /// <summary>Most samples of one target, after metricRelabelings.</summary>
    [Between(1, 100_000_000)]
    public long? Samples { get; init; }

    /// <summary>Most targets, after relabelings.</summary>
    [Between(1, 1_000_000)]
    public int? Targets { get; init; }

    /// <summary>Most labels of one series.</summary>
    [Between(1, 10_000)]
    public int? Labels { get; init; }

    /// <summary>Largest answer of one target, uncompressed. A Kubernetes quantity. Example: <c>10Mi</c>.</summary>
    [Quantity]
    public string? BodySize { get; init; }
}
