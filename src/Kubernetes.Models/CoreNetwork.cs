using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>core/v1 Service</c>.</summary>
public sealed record Service : KubernetesObject<Service>, IKubernetesObject<Service>
{
    public static ResourceType ResourceType { get; } = new("", "v1", "Service", "services", Namespaced: true);

    public static JsonTypeInfo<Service> JsonTypeInfo => KubernetesJsonContext.Default.Service;

    public ServiceSpec? Spec { get; init; }
    public ServiceStatus? Status { get; init; }
}

/// <summary><c>ServiceSpec</c>.</summary>
public sealed record ServiceSpec : Extensible
{
    public string? Type { get; init; }
    public string? ClusterIP { get; init; }
    public IReadOnlyList<string>? ClusterIPs { get; init; }
    public string? ExternalName { get; init; }
    public IReadOnlyDictionary<string, string>? Selector { get; init; }
    public IReadOnlyList<ServicePort>? Ports { get; init; }
    public bool? PublishNotReadyAddresses { get; init; }
    public string? SessionAffinity { get; init; }
    public IReadOnlyList<string>? IpFamilies { get; init; }
    public string? IpFamilyPolicy { get; init; }
}

/// <summary><c>ServiceStatus</c>.</summary>
public sealed record ServiceStatus : Extensible
{
    public JsonElement? LoadBalancer { get; init; }
}

/// <summary><c>ServicePort</c>.</summary>
public sealed record ServicePort : Extensible
{
    public string? Name { get; init; }
    public string? Protocol { get; init; }
    public string? AppProtocol { get; init; }
    public int Port { get; init; }
    public IntOrString? TargetPort { get; init; }
    public int? NodePort { get; init; }
}

/// <summary><c>core/v1 Endpoints</c>.</summary>
public sealed record Endpoints : KubernetesObject<Endpoints>, IKubernetesObject<Endpoints>
{
    public static ResourceType ResourceType { get; } = new("", "v1", "Endpoints", "endpoints", Namespaced: true);

    public static JsonTypeInfo<Endpoints> JsonTypeInfo => KubernetesJsonContext.Default.Endpoints;

    public IReadOnlyList<EndpointSubset>? Subsets { get; init; }
}

/// <summary><c>EndpointSubset</c>.</summary>
public sealed record EndpointSubset : Extensible
{
    public IReadOnlyList<EndpointAddress>? Addresses { get; init; }
    public IReadOnlyList<EndpointAddress>? NotReadyAddresses { get; init; }
    public IReadOnlyList<EndpointPort>? Ports { get; init; }
}

/// <summary><c>EndpointAddress</c>.</summary>
public sealed record EndpointAddress : Extensible
{
    public string Ip
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? Hostname { get; init; }
    public string? NodeName { get; init; }
    public ObjectReference? TargetRef { get; init; }
}

/// <summary><c>EndpointPort</c>.</summary>
public sealed record EndpointPort : Extensible
{
    public string? Name { get; init; }
    public string? Protocol { get; init; }
    public string? AppProtocol { get; init; }
    public int? Port { get; init; }
}

/// <summary><c>discovery.k8s.io/v1 EndpointSlice</c>.</summary>
public sealed record EndpointSlice : KubernetesObject<EndpointSlice>, IKubernetesObject<EndpointSlice>
{
    public static ResourceType ResourceType { get; } =
        new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", Namespaced: true);

    public static JsonTypeInfo<EndpointSlice> JsonTypeInfo => KubernetesJsonContext.Default.EndpointSlice;

    public string? AddressType { get; init; }
    public IReadOnlyList<Endpoint>? Endpoints { get; init; }
    public IReadOnlyList<EndpointPort>? Ports { get; init; }
}

/// <summary><c>Endpoint</c>.</summary>
public sealed record Endpoint : Extensible
{
    public IReadOnlyList<string>? Addresses { get; init; }
    public EndpointConditions? Conditions { get; init; }
    public string? Hostname { get; init; }
    public string? NodeName { get; init; }
    public ObjectReference? TargetRef { get; init; }
}

/// <summary><c>EndpointConditions</c>.</summary>
public sealed record EndpointConditions : Extensible
{
    public bool? Ready { get; init; }
    public bool? Serving { get; init; }
    public bool? Terminating { get; init; }
}
