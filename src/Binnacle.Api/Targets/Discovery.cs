using System.Text.Json.Serialization;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>Endpoints behind Services.</summary>
public sealed record ServiceTargets
{
    /// <summary>Labels of the Services. An empty selector matches every Service.</summary>
    [RequiredField]
    public LabelSelector Selector
    {
        get => field ?? new LabelSelector();
        init;
    }

    /// <summary>Labels of the namespaces to look in; an empty selector matches every namespace. Default: only the namespace of the ScrapeTarget.</summary>
    public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Port of the Service, by name, or port of its Pods, by number. Default: every port. Example: <c>http-metrics</c>.</summary>
    public IntOrString? Port { get; init; }
}

/// <summary>Pods.</summary>
public sealed record PodTargets
{
    /// <summary>Labels of the Pods. An empty selector matches every Pod.</summary>
    [RequiredField]
    public LabelSelector Selector
    {
        get => field ?? new LabelSelector();
        init;
    }

    /// <summary>Labels of the namespaces to look in; an empty selector matches every namespace. Default: only the namespace of the ScrapeTarget.</summary>
    public LabelSelector? NamespaceSelector { get; init; }

    /// <summary>Port of the Pod, by the name that a container gives it, or by number. Default: every declared port. Example: <c>metrics</c>.</summary>
    public IntOrString? Port { get; init; }
}

/// <summary>Addresses written down.</summary>
public sealed record StaticTargets
{
    /// <summary>Addresses as host:port, without scheme and path. Example: <c>["postgres.example.com:9187"]</c>.</summary>
    [RequiredField, ListSet, Size(Min = 1, Max = 1000, MaxItemLength = 512)]
    public IReadOnlyList<string> Targets
    {
        get => field ?? [];
        init;
    }

    /// <summary>Labels of every series of these addresses. Example: <c>region: eu-west</c>.</summary>
    [LabelNames, Size(Max = 64, MaxItemLength = 1024)]
    public IReadOnlyDictionary<string, string> Labels
    {
        get => field ?? Empty.Strings;
        init;
    }
}

/// <summary>Addresses that DNS answers with.</summary>
[CelRule(
    "has(self.port) || (has(self.type) && self.type == 'SRV')",
    "port is required unless type is SRV: only SRV records carry a port"
)]
public sealed record DnsTargets
{
    /// <summary>Names to look up. Example: <c>["_metrics._tcp.cache.example.com"]</c>.</summary>
    [RequiredField, ListSet, Size(Min = 1, Max = 100, MaxItemLength = 253)]
    public IReadOnlyList<string> Names
    {
        get => field ?? [];
        init;
    }

    /// <summary>Type of the records: SRV (they carry a port), A, AAAA, MX or NS.</summary>
    public DnsRecordType Type { get; init; }

    /// <summary>Port of the targets; not used for SRV records. Example: <c>9100</c>.</summary>
    [Between(1, 65535)]
    public int? Port { get; init; }
}

/// <summary>DNS record types that Prometheus can discover targets with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DnsRecordType>))]
public enum DnsRecordType
{
    /// <summary>Service: host and port.</summary>
    SRV,

    /// <summary>IPv4 address.</summary>
    A,

    /// <summary>IPv6 address.</summary>
    AAAA,

    /// <summary>Mail exchanger.</summary>
    MX,

    /// <summary>Name server.</summary>
    NS,
}

/// <summary>Addresses that a web service answers with.</summary>
public sealed record HttpTargets
{
    /// <summary>Where the list of targets is fetched, in the format of https://prometheus.io/docs/prometheus/latest/http_sd/. Example: <c>https://inventory.example.com/targets</c>.</summary>
    [RequiredField, Size(Min = 1, Max = 2048), Pattern("^https?://.+$")]
    public string Url
    {
        get => field ?? "";
        init;
    }

    /// <summary>How often the list is fetched. A Prometheus duration.</summary>
    [Duration]
    public string RefreshInterval
    {
        get => field ?? "60s";
        init;
    }
}
