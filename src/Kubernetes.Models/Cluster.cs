using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>core/v1 Node</c>.</summary>
public sealed record Node : KubernetesObject<Node>, IKubernetesObject<Node>
{
    public static ResourceType ResourceType { get; } = new("", "v1", "Node", "nodes", Namespaced: false);

    public static JsonTypeInfo<Node> JsonTypeInfo => KubernetesJsonContext.Default.Node;

    public NodeSpec? Spec { get; init; }
    public NodeStatus? Status { get; init; }
}

/// <summary><c>NodeSpec</c>.</summary>
public sealed record NodeSpec : Extensible
{
    public string? PodCIDR { get; init; }
    public string? ProviderID { get; init; }
    public bool? Unschedulable { get; init; }
    public IReadOnlyList<Taint>? Taints { get; init; }
}

/// <summary><c>Taint</c>.</summary>
public sealed record Taint : Extensible
{
    public string Key
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? Value { get; init; }
    public string Effect
    {
        get;
        init => field = value ?? "";
    } = "";
    public DateTimeOffset? TimeAdded { get; init; }
}

/// <summary><c>NodeStatus</c>.</summary>
public sealed record NodeStatus : Extensible
{
    public IReadOnlyList<NodeAddress>? Addresses { get; init; }
    public IReadOnlyList<NodeCondition>? Conditions { get; init; }
    public NodeSystemInfo? NodeInfo { get; init; }
    public IReadOnlyDictionary<string, string>? Capacity { get; init; }
    public IReadOnlyDictionary<string, string>? Allocatable { get; init; }
    public JsonElement? DaemonEndpoints { get; init; }
}

/// <summary><c>NodeAddress</c>.</summary>
public sealed record NodeAddress : Extensible
{
    public string Type
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Address
    {
        get;
        init => field = value ?? "";
    } = "";
}

/// <summary><c>NodeCondition</c>.</summary>
public sealed record NodeCondition : Extensible
{
    public string Type
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Status
    {
        get;
        init => field = value ?? "";
    } = "";
    public DateTimeOffset? LastHeartbeatTime { get; init; }
    public DateTimeOffset? LastTransitionTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <summary><c>NodeSystemInfo</c>.</summary>
public sealed record NodeSystemInfo : Extensible
{
    public string? KubeletVersion { get; init; }
    public string? KubeProxyVersion { get; init; }
    public string? ContainerRuntimeVersion { get; init; }
    public string? OsImage { get; init; }
    public string? OperatingSystem { get; init; }
    public string? Architecture { get; init; }
    public string? KernelVersion { get; init; }
    public string? MachineID { get; init; }
    public string? SystemUUID { get; init; }
    public string? BootID { get; init; }
}

/// <summary><c>apiextensions.k8s.io/v1 CustomResourceDefinition</c>.</summary>
public sealed record CustomResourceDefinition
    : KubernetesObject<CustomResourceDefinition>,
        IKubernetesObject<CustomResourceDefinition>
{
    public static ResourceType ResourceType { get; } =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    public static JsonTypeInfo<CustomResourceDefinition> JsonTypeInfo =>
        KubernetesJsonContext.Default.CustomResourceDefinition;

    public JsonElement? Spec { get; init; }
    public CustomResourceDefinitionStatus? Status { get; init; }
}

/// <summary><c>CustomResourceDefinitionStatus</c>.</summary>
public sealed record CustomResourceDefinitionStatus : Extensible
{
    public IReadOnlyList<Condition>? Conditions { get; init; }
    public IReadOnlyList<string>? StoredVersions { get; init; }
    public JsonElement? AcceptedNames { get; init; }
}

/// <summary><c>events.k8s.io/v1 Event</c>.</summary>
public sealed record Event : KubernetesObject<Event>, IKubernetesObject<Event>
{
    public static ResourceType ResourceType { get; } = new("events.k8s.io", "v1", "Event", "events", Namespaced: true);

    public static JsonTypeInfo<Event> JsonTypeInfo => KubernetesJsonContext.Default.Event;

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? EventTime { get; init; }
    public string? Type { get; init; }
    public string? Reason { get; init; }
    public string? Action { get; init; }
    public string? Note { get; init; }
    public string? ReportingController { get; init; }
    public string? ReportingInstance { get; init; }
    public ObjectReference? Regarding { get; init; }
    public ObjectReference? Related { get; init; }
    public EventSeries? Series { get; init; }
}

/// <summary><c>EventSeries</c>.</summary>
public sealed record EventSeries : Extensible
{
    public int Count { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? LastObservedTime { get; init; }
}
