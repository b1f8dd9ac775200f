using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>coordination.k8s.io/v1 Lease</c>.</summary>
public sealed record Lease : KubernetesObject<Lease>, IKubernetesObject<Lease>
{
    public static ResourceType ResourceType { get; } =
        new("coordination.k8s.io", "v1", "Lease", "leases", Namespaced: true);

    public static JsonTypeInfo<Lease> JsonTypeInfo => KubernetesJsonContext.Default.Lease;

    public LeaseSpec? Spec { get; init; }
}

/// <summary><c>LeaseSpec</c>.</summary>
public sealed record LeaseSpec : Extensible
{
    public string? HolderIdentity { get; init; }
    public int? LeaseDurationSeconds { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? AcquireTime { get; init; }

    [JsonConverter(typeof(MicroTimeConverter))]
    public DateTimeOffset? RenewTime { get; init; }
    public int? LeaseTransitions { get; init; }
}
