using System.Text.Json.Serialization;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>What is probed, how, and what counts as healthy.</summary>
[CelRule("has(self.targets) != has(self.services)", "give exactly one of targets and services")]
[CelRule("!has(self.http) || self.type == 'HTTP'", "http holds options of type HTTP only")]
[CelRule("!has(self.tcp) || self.type == 'TCP'", "tcp holds options of type TCP only")]
[CelRule(
    "!has(self.tls) || self.type == 'TLS'",
    "tls holds options of type TLS only; for HTTP, TCP and GRPC use http.tls, tcp.tls or grpc.tls"
)]
[CelRule("!has(self.dns) || self.type == 'DNS'", "dns holds options of type DNS only")]
[CelRule("self.type != 'DNS' || has(self.dns)", "type DNS needs dns.name: what to ask the servers in targets for")]
[CelRule("!has(self.grpc) || self.type == 'GRPC'", "grpc holds options of type GRPC only")]
[CelRule("!has(self.icmp) || self.type == 'ICMP'", "icmp holds options of type ICMP only")]
public sealed record HealthProbeSpec
{
    /// <summary>The one MonitoringStack that runs this probe. Default: every stack whose selectors match.</summary>
    public StackRef? StackRef { get; init; }

    /// <summary>HTTP (a request and its answer), TCP (a connection, and optionally a dialogue), TLS (a handshake and its certificate), ICMP (ping), DNS (a query) or GRPC (the standard health service).</summary>
    [RequiredField]
    public ProbeType Type { get; init; }

    /// <summary>
    /// What is probed: URLs for HTTP, host:port for TCP, TLS and GRPC, hosts for ICMP, DNS servers (host or host:port) for DNS. Becomes the label instance. Example: <c>["https://shop.example.com/health"]</c>.
    /// </summary>
    [ListSet, Size(Min = 1, Max = 500, MaxItemLength = 2048), NoSchemaDefault]
    public IReadOnlyList<string>? Targets { get; init; }

    /// <summary>Probes every Service that matches, instead of targets.</summary>
    public ProbedServices? Services { get; init; }

    /// <summary>How often each target is probed. A Prometheus duration.</summary>
    [Duration]
    public string Interval
    {
        get => field ?? "30s";
        init;
    }

    /// <summary>How long a target may take before it counts as down; at most interval. A Prometheus duration.</summary>
    [Duration]
    public string Timeout
    {
        get => field ?? "5s";
        init;
    }

    /// <summary>Options of type HTTP.</summary>
    public HttpProbe? Http { get; init; }

    /// <summary>Options of type TCP.</summary>
    public TcpProbe? Tcp { get; init; }

    /// <summary>Options of type TLS.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Options of type DNS.</summary>
    public DnsProbe? Dns { get; init; }

    /// <summary>Options of type GRPC.</summary>
    public GrpcProbe? Grpc { get; init; }

    /// <summary>Options of type ICMP.</summary>
    public IcmpProbe? Icmp { get; init; }

    /// <summary>A target that answers, but slower than this, is Degraded: the state between Healthy and Unhealthy. A Prometheus duration. Default: none is ever Degraded. Example: <c>500ms</c>.</summary>
    [Duration]
    public string? DegradedAfter { get; init; }

    /// <summary>What the probe alerts on by itself; each alert can be turned off.</summary>
    public ProbeAlerts Alerts
    {
        get => field ?? new ProbeAlerts();
        init;
    }

    /// <summary>Labels of the probe's series and alerts. Example: <c>team: payments</c>.</summary>
    [LabelNames, Size(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyDictionary<string, string> Labels
    {
        get => field ?? Empty.Strings;
        init;
    }
}

/// <summary>How a target is probed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProbeType>))]
public enum ProbeType
{
    /// <summary>A request and its answer.</summary>
    [JsonStringEnumMemberName("HTTP")]
    Http,

    /// <summary>A connection, and optionally a dialogue.</summary>
    [JsonStringEnumMemberName("TCP")]
    Tcp,

    /// <summary>A TLS handshake and its certificate.</summary>
    [JsonStringEnumMemberName("TLS")]
    Tls,

    /// <summary>Ping.</summary>
    [JsonStringEnumMemberName("ICMP")]
    Icmp,

    /// <summary>A DNS query.</summary>
    [JsonStringEnumMemberName("DNS")]
    Dns,

    /// <summary>The standard gRPC health service.</summary>
    [JsonStringEnumMemberName("GRPC")]
    Grpc,
}

/// <summary>Services that are probed.</summary>
public sealed record ProbedServices
{
    /// <summary>Labels of the Services. An empty selector matches every Service.</summary>
    [RequiredField]
    public LabelSelector Selector
    {
        get => field ?? new LabelSelector();
        init;
    }

    /// <summary>Namespaces to look in. Default: only the namespace of the HealthProbe. Example: <c>[shop, payments]</c>.</summary>
    [ListSet, Size(Max = 100, MaxItemLength = 63)]
    public IReadOnlyList<string> Namespaces
    {
        get => field ?? [];
        init;
    }

    /// <summary>Port of the Service, by name or number. Default: every port. Example: <c>http</c>.</summary>
    public IntOrString? Port { get; init; }

    /// <summary>Scheme of the URL, for type HTTP.</summary>
    public Scheme Scheme { get; init; }

    /// <summary>Path of the URL, for type HTTP. Example: <c>/healthz</c>.</summary>
    [Size(Min = 1, Max = 1024), Pattern("^/")]
    public string? Path { get; init; }
}

/// <summary>What a probe alerts on by itself.</summary>
public sealed record ProbeAlerts
{
    /// <summary>A target does not answer as expected: alert ProbeDown.</summary>
    public ProbeDownAlert Down
    {
        get => field ?? new ProbeDownAlert();
        init;
    }

    /// <summary>A target answers slower than degradedAfter: alert ProbeDegraded. Without degradedAfter there is none.</summary>
    public ProbeDegradedAlert Degraded
    {
        get => field ?? new ProbeDegradedAlert();
        init;
    }

    /// <summary>A target's certificate expires soon: alert ProbeCertificateExpiry. Only for targets that speak TLS.</summary>
    public ProbeCertificateAlert CertificateExpiry
    {
        get => field ?? new ProbeCertificateAlert();
        init;
    }
}

/// <summary>The alert on a target that does not answer as expected.</summary>
public sealed record ProbeDownAlert(bool Enabled = true, Severity Severity = Severity.Critical)
{
    /// <summary>False: no such alert.</summary>
    public bool Enabled { get; init; } = Enabled;

    /// <summary>How long the target must be down before the alert fires. A Prometheus duration.</summary>
    [Duration]
    public string For
    {
        get => field ?? "1m";
        init;
    }

    /// <summary>Severity of the alert: Critical, Warning, Info or None.</summary>
    public Severity Severity { get; init; } = Severity;
}

/// <summary>The alert on a slow target.</summary>
public sealed record ProbeDegradedAlert(bool Enabled = true, Severity Severity = Severity.Warning)
{
    /// <summary>False: no such alert.</summary>
    public bool Enabled { get; init; } = Enabled;

    /// <summary>How long the target must be slow before the alert fires. A Prometheus duration.</summary>
    [Duration]
    public string For
    {
        get => field ?? "5m";
        init;
    }

    /// <summary>Severity of the alert: Critical, Warning, Info or None.</summary>
    public Severity Severity { get; init; } = Severity;
}

/// <summary>The alert on a certificate that expires soon.</summary>
public sealed record ProbeCertificateAlert(bool Enabled = true, Severity Severity = Severity.Warning)
{
    /// <summary>False: no such alert.</summary>
    public bool Enabled { get; init; } = Enabled;

    /// <summary>How long before the certificate expires the alert fires. A Prometheus duration.</summary>
    [Duration]
    public string Before
    {
        get => field ?? "14d";
        init;
    }

    /// <summary>Severity of the alert: Critical, Warning, Info or None.</summary>
    public Severity Severity { get; init; } = Severity;
}
