using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>Volume</c>.</summary>
public sealed record Volume : Extensible
{
    public string Name
    {
        get;
        init => field = value ?? "";
    } = "";
    public ConfigMapVolumeSource? ConfigMap { get; init; }
    public SecretVolumeSource? Secret { get; init; }
    public ProjectedVolumeSource? Projected { get; init; }
    public EmptyDirVolumeSource? EmptyDir { get; init; }
    public PersistentVolumeClaimVolumeSource? PersistentVolumeClaim { get; init; }
    public HostPathVolumeSource? HostPath { get; init; }
    public JsonElement? DownwardAPI { get; init; }
}

/// <summary><c>ConfigMapVolumeSource</c>.</summary>
public sealed record ConfigMapVolumeSource : Extensible
{
    public string? Name { get; init; }
    public IReadOnlyList<KeyToPath>? Items { get; init; }
    public int? DefaultMode { get; init; }
    public bool? Optional { get; init; }
}

/// <summary><c>SecretVolumeSource</c>.</summary>
public sealed record SecretVolumeSource : Extensible
{
    public string? SecretName { get; init; }
    public IReadOnlyList<KeyToPath>? Items { get; init; }
    public int? DefaultMode { get; init; }
    public bool? Optional { get; init; }
}

/// <summary><c>KeyToPath</c>.</summary>
public sealed record KeyToPath : Extensible
{
    public string Key
    {
        get;
        init => field = value ?? "";
    } = "";
    public string Path
    {
        get;
        init => field = value ?? "";
    } = "";
    public int? Mode { get; init; }
}

/// <summary><c>ProjectedVolumeSource</c>.</summary>
public sealed record ProjectedVolumeSource : Extensible
{
    public IReadOnlyList<VolumeProjection>? Sources { get; init; }
    public int? DefaultMode { get; init; }
}

/// <summary><c>VolumeProjection</c>.</summary>
public sealed record VolumeProjection : Extensible
{
    public ConfigMapProjection? ConfigMap { get; init; }
    public SecretProjection? Secret { get; init; }
    public ServiceAccountTokenProjection? ServiceAccountToken { get; init; }
    public JsonElement? DownwardAPI { get; init; }
}

/// <summary><c>ConfigMapProjection</c>.</summary>
public sealed record ConfigMapProjection : Extensible
{
    public string? Name { get; init; }
    public IReadOnlyList<KeyToPath>? Items { get; init; }
    public bool? Optional { get; init; }
}

/// <summary><c>SecretProjection</c>.</summary>
public sealed record SecretProjection : Extensible
{
    public string? Name { get; init; }
    public IReadOnlyList<KeyToPath>? Items { get; init; }
    public bool? Optional { get; init; }
}

/// <summary><c>ServiceAccountTokenProjection</c>.</summary>
public sealed record ServiceAccountTokenProjection : Extensible
{
    public string? Audience { get; init; }
    public long? ExpirationSeconds { get; init; }
    public string Path
    {
        get;
        init => field = value ?? "";
    } = "";
}

/// <summary><c>EmptyDirVolumeSource</c>.</summary>
public sealed record EmptyDirVolumeSource : Extensible
{
    public string? Medium { get; init; }
    public string? SizeLimit { get; init; }
}

/// <summary><c>PersistentVolumeClaimVolumeSource</c>.</summary>
public sealed record PersistentVolumeClaimVolumeSource : Extensible
{
    public string ClaimName
    {
        get;
        init => field = value ?? "";
    } = "";
    public bool? ReadOnly { get; init; }
}

/// <summary><c>HostPathVolumeSource</c>.</summary>
public sealed record HostPathVolumeSource : Extensible
{
    public string Path
    {
        get;
        init => field = value ?? "";
    } = "";
    public string? Type { get; init; }
}

/// <summary><c>core/v1 PersistentVolumeClaim</c>.</summary>
public sealed record PersistentVolumeClaim
    : KubernetesObject<PersistentVolumeClaim>,
        IKubernetesObject<PersistentVolumeClaim>
{
    public static ResourceType ResourceType { get; } =
        new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", Namespaced: true);

    public static JsonTypeInfo<PersistentVolumeClaim> JsonTypeInfo =>
        KubernetesJsonContext.Default.PersistentVolumeClaim;

    public PersistentVolumeClaimSpec? Spec { get; init; }
    public PersistentVolumeClaimStatus? Status { get; init; }
}

/// <summary><c>PersistentVolumeClaimSpec</c>.</summary>
public sealed record PersistentVolumeClaimSpec : Extensible
{
    public IReadOnlyList<string>? AccessModes { get; init; }
    public string? StorageClassName { get; init; }
    public string? VolumeMode { get; init; }
    public string? VolumeName { get; init; }
    public ResourceRequirements? Resources { get; init; }
    public LabelSelector? Selector { get; init; }
}

/// <summary><c>PersistentVolumeClaimStatus</c>.</summary>
public sealed record PersistentVolumeClaimStatus : Extensible
{
    public string? Phase { get; init; }
    public IReadOnlyList<string>? AccessModes { get; init; }
    public IReadOnlyDictionary<string, string>? Capacity { get; init; }
    public IReadOnlyList<JsonElement>? Conditions { get; init; }
}

/// <summary><c>core/v1 PersistentVolume</c>.</summary>
public sealed record PersistentVolume : KubernetesObject<PersistentVolume>, IKubernetesObject<PersistentVolume>
{
    public static ResourceType ResourceType { get; } =
        new("", "v1", "PersistentVolume", "persistentvolumes", Namespaced: false);

    public static JsonTypeInfo<PersistentVolume> JsonTypeInfo => KubernetesJsonContext.Default.PersistentVolume;

    public PersistentVolumeSpec? Spec { get; init; }
    public PersistentVolumeStatus? Status { get; init; }
}

/// <summary><c>PersistentVolumeSpec</c>.</summary>
public sealed record PersistentVolumeSpec : Extensible
{
    public IReadOnlyList<string>? AccessModes { get; init; }
    public IReadOnlyDictionary<string, string>? Capacity { get; init; }
    public ObjectReference? ClaimRef { get; init; }
    public string? PersistentVolumeReclaimPolicy { get; init; }
    public string? StorageClassName { get; init; }
    public string? VolumeMode { get; init; }
    public HostPathVolumeSource? HostPath { get; init; }
    public LocalVolumeSource? Local { get; init; }
}

/// <summary><c>LocalVolumeSource</c>.</summary>
public sealed record LocalVolumeSource : Extensible
{
    public string Path
    {
        get;
        init => field = value ?? "";
    } = "";
}

/// <summary><c>PersistentVolumeStatus</c>.</summary>
public sealed record PersistentVolumeStatus : Extensible
{
    public string? Phase { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
}
