using System.Text.Json;
using System.Text.Json.Serialization;
using Binnacle.Api.Schema;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>What every component of a stack takes.</summary>
public abstract record ComponentSpec
{
    /// <summary>Container image with tag or digest. Default: the version that this release of the operator was tested with. Example: <c>quay.io/prometheus/prometheus:v3.5.3</c>.</summary>
    [Size(Min = 1, Max = 512)]
    public string? Image { get; init; }

    /// <summary>Number of replicas. Default: what the profile says.</summary>
    [Between(0, 20)]
    public int? Replicas { get; init; }

    /// <summary>CPU and memory. Default: what the profile says.</summary>
    public ComponentResources? Resources { get; init; }

    /// <summary>Disk for the component's data. Default: what the profile says; without it data is lost with the pod. Has no meaning for the prober, which stores nothing.</summary>
    public ComponentStorage? Storage { get; init; }

    /// <summary>Labels of the nodes that the pods may run on. Example: <c>kubernetes.io/arch: amd64</c>.</summary>
    [Size(Max = 64, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string> NodeSelector
    {
        get => field ?? Empty.Strings;
        init;
    }

    /// <summary>Taints of nodes that the pods tolerate.</summary>
    [Size(Max = 64)]
    public IReadOnlyList<Toleration> Tolerations
    {
        get => field ?? [];
        init;
    }

    /// <summary>Affinity of the pods, as in a Pod's spec.affinity. Default: what the profile says.</summary>
    public JsonElement? Affinity { get; init; }

    /// <summary>How the pods are spread over zones or nodes, as in a Pod's spec.topologySpreadConstraints.</summary>
    [Size(Max = 16)]
    public IReadOnlyList<TopologySpreadConstraint> TopologySpreadConstraints
    {
        get => field ?? [];
        init;
    }

    /// <summary>Annotations of the pods.</summary>
    [Size(Max = 64, MaxItemLength = 16384)]
    public IReadOnlyDictionary<string, string> PodAnnotations
    {
        get => field ?? Empty.Strings;
        init;
    }

    /// <summary>Labels of the pods, besides the operator's own, which win. Example: <c>cost-center: "4711"</c>.</summary>
    [Size(Max = 64, MaxItemLength = 63)]
    public IReadOnlyDictionary<string, string> PodLabels
    {
        get => field ?? Empty.Strings;
        init;
    }

    /// <summary>Annotations of the component's ServiceAccount, for cloud identities. Example: <c>eks.amazonaws.com/role-arn: arn:aws:iam::123456789012:role/metrics</c>.</summary>
    [Size(Max = 64, MaxItemLength = 16384)]
    public IReadOnlyDictionary<string, string> ServiceAccountAnnotations
    {
        get => field ?? Empty.Strings;
        init;
    }
}

/// <summary>CPU and memory of a component.</summary>
public sealed record ComponentResources
{
    /// <summary>What a pod is sure to get. Kubernetes quantities. Example: <c>{cpu: 200m, memory: 1Gi}</c>.</summary>
    [Size(Max = 16)]
    public IReadOnlyDictionary<string, IntOrString>? Requests { get; init; }

    /// <summary>What a pod gets at most. Kubernetes quantities. Example: <c>{memory: 2Gi}</c>.</summary>
    [Size(Max = 16)]
    public IReadOnlyDictionary<string, IntOrString>? Limits { get; init; }
}

/// <summary>Disk of a component.</summary>
public sealed record ComponentStorage
{
    /// <summary>Size of the volume of each replica. It may grow later where the StorageClass allows volume expansion, and never shrinks. A Kubernetes quantity. Example: <c>50Gi</c>.</summary>
    [RequiredField, Quantity]
    public string Size
    {
        get => field ?? "";
        init;
    }

    /// <summary>StorageClass of the volumes. Default: the cluster's default class. Example: <c>fast-ssd</c>.</summary>
    [Size(Min = 1, Max = 253)]
    public string? StorageClassName { get; init; }

    /// <summary>What becomes of the volumes when they are no longer used.</summary>
    public ClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; init; }
}

/// <summary>What becomes of the volumes of a component when they are no longer used.</summary>
public sealed record ClaimRetentionPolicy
{
    /// <summary>When the stack is deleted or the component is turned off: Retain keeps the PersistentVolumeClaims, and a stack that is made again under the same name takes them up; Delete deletes them, and with them the data where the StorageClass reclaims by deletion.</summary>
    public ClaimRetention WhenDeleted { get; init; }
}

/// <summary>What becomes of PersistentVolumeClaims.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ClaimRetention>))]
public enum ClaimRetention
{
    /// <summary>They stay.</summary>
    Retain,

    /// <summary>They are deleted.</summary>
    Delete,
}
