using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary><c>apps/v1 StatefulSet</c>.</summary>
public sealed record StatefulSet : KubernetesObject<StatefulSet>, IKubernetesObject<StatefulSet>
{
    public static ResourceType ResourceType { get; } =
        new("apps", "v1", "StatefulSet", "statefulsets", Namespaced: true);

    public static JsonTypeInfo<StatefulSet> JsonTypeInfo => KubernetesJsonContext.Default.StatefulSet;

    public StatefulSetSpec? Spec { get; init; }
    public StatefulSetStatus? Status { get; init; }
}

/// <summary><c>StatefulSetSpec</c>.</summary>
public sealed record StatefulSetSpec : Extensible
{
    public int? Replicas { get; init; }
    public string? ServiceName { get; init; }
    public string? PodManagementPolicy { get; init; }
    public int? RevisionHistoryLimit { get; init; }
    public int? MinReadySeconds { get; init; }
    public LabelSelector? Selector { get; init; }
    public PodTemplateSpec? Template { get; init; }
    public StatefulSetUpdateStrategy? UpdateStrategy { get; init; }
    public IReadOnlyList<PersistentVolumeClaim>? VolumeClaimTemplates { get; init; }
    public PersistentVolumeClaimRetentionPolicy? PersistentVolumeClaimRetentionPolicy { get; init; }
}

/// <summary><c>StatefulSetUpdateStrategy</c>.</summary>
public sealed record StatefulSetUpdateStrategy : Extensible
{
    public string? Type { get; init; }
    public JsonElement? RollingUpdate { get; init; }
}

/// <summary><c>PersistentVolumeClaimRetentionPolicy</c>.</summary>
public sealed record PersistentVolumeClaimRetentionPolicy : Extensible
{
    public string? WhenDeleted { get; init; }
    public string? WhenScaled { get; init; }
}

/// <summary><c>StatefulSetStatus</c>.</summary>
public sealed record StatefulSetStatus : Extensible
{
    public long? ObservedGeneration { get; init; }
    public int? Replicas { get; init; }
    public int? ReadyReplicas { get; init; }
    public int? AvailableReplicas { get; init; }
    public int? CurrentReplicas { get; init; }
    public int? UpdatedReplicas { get; init; }
    public string? CurrentRevision { get; init; }
    public string? UpdateRevision { get; init; }
    public int? CollisionCount { get; init; }
    public IReadOnlyList<WorkloadCondition>? Conditions { get; init; }
}

/// <summary><c>apps/v1 Deployment</c>.</summary>
public sealed record Deployment : KubernetesObject<Deployment>, IKubernetesObject<Deployment>
{
    public static ResourceType ResourceType { get; } = new("apps", "v1", "Deployment", "deployments", Namespaced: true);

    public static JsonTypeInfo<Deployment> JsonTypeInfo => KubernetesJsonContext.Default.Deployment;

    public DeploymentSpec? Spec { get; init; }
    public DeploymentStatus? Status { get; init; }
}

/// <summary><c>DeploymentSpec</c>.</summary>
public sealed record DeploymentSpec : Extensible
{
    public int? Replicas { get; init; }
    public int? MinReadySeconds { get; init; }
    public int? RevisionHistoryLimit { get; init; }
    public int? ProgressDeadlineSeconds { get; init; }
    public bool? Paused { get; init; }
    public LabelSelector? Selector { get; init; }
    public PodTemplateSpec? Template { get; init; }
    public DeploymentStrategy? Strategy { get; init; }
}

/// <summary><c>DeploymentStrategy</c>.</summary>
public sealed record DeploymentStrategy : Extensible
{
    public string? Type { get; init; }
    public RollingUpdateDeployment? RollingUpdate { get; init; }
}

/// <summary><c>RollingUpdateDeployment</c>.</summary>
public sealed record RollingUpdateDeployment : Extensible
{
    public IntOrString? MaxSurge { get; init; }
    public IntOrString? MaxUnavailable { get; init; }
}

/// <summary><c>DeploymentStatus</c>.</summary>
public sealed record DeploymentStatus : Extensible
{
    public long? ObservedGeneration { get; init; }
    public int? Replicas { get; init; }
    public int? ReadyReplicas { get; init; }
    public int? AvailableReplicas { get; init; }
    public int? UnavailableReplicas { get; init; }
    public int? UpdatedReplicas { get; init; }
    public int? CollisionCount { get; init; }
    public IReadOnlyList<WorkloadCondition>? Conditions { get; init; }
}

/// <summary><c>DeploymentCondition</c>, <c>ReplicaSetCondition</c>, <c>StatefulSetCondition</c>.</summary>
public sealed record WorkloadCondition : Extensible
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
    public DateTimeOffset? LastTransitionTime { get; init; }
    public DateTimeOffset? LastUpdateTime { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
}

/// <summary><c>apps/v1 ReplicaSet</c>.</summary>
public sealed record ReplicaSet : KubernetesObject<ReplicaSet>, IKubernetesObject<ReplicaSet>
{
    public static ResourceType ResourceType { get; } = new("apps", "v1", "ReplicaSet", "replicasets", Namespaced: true);

    public static JsonTypeInfo<ReplicaSet> JsonTypeInfo => KubernetesJsonContext.Default.ReplicaSet;

    public ReplicaSetSpec? Spec { get; init; }
    public ReplicaSetStatus? Status { get; init; }
}

/// <summary><c>ReplicaSetSpec</c>.</summary>
public sealed record ReplicaSetSpec : Extensible
{
    public int? Replicas { get; init; }
    public int? MinReadySeconds { get; init; }
    public LabelSelector? Selector { get; init; }
    public PodTemplateSpec? Template { get; init; }
}

/// <summary><c>ReplicaSetStatus</c>.</summary>
public sealed record ReplicaSetStatus : Extensible
{
    public long? ObservedGeneration { get; init; }
    public int? Replicas { get; init; }
    public int? ReadyReplicas { get; init; }
    public int? AvailableReplicas { get; init; }
    public int? FullyLabeledReplicas { get; init; }
    public IReadOnlyList<WorkloadCondition>? Conditions { get; init; }
}

/// <summary><c>apps/v1 ControllerRevision</c>.</summary>
public sealed record ControllerRevision : KubernetesObject<ControllerRevision>, IKubernetesObject<ControllerRevision>
{
    public static ResourceType ResourceType { get; } =
        new("apps", "v1", "ControllerRevision", "controllerrevisions", Namespaced: true);

    public static JsonTypeInfo<ControllerRevision> JsonTypeInfo => KubernetesJsonContext.Default.ControllerRevision;

    public JsonElement? Data { get; init; }
    public long? Revision { get; init; }
}

/// <summary><c>policy/v1 PodDisruptionBudget</c>.</summary>
public sealed record PodDisruptionBudget : KubernetesObject<PodDisruptionBudget>, IKubernetesObject<PodDisruptionBudget>
{
    public static ResourceType ResourceType { get; } =
        new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", Namespaced: true);

    public static JsonTypeInfo<PodDisruptionBudget> JsonTypeInfo => KubernetesJsonContext.Default.PodDisruptionBudget;

    public PodDisruptionBudgetSpec? Spec { get; init; }
    public JsonElement? Status { get; init; }
}

/// <summary><c>PodDisruptionBudgetSpec</c>.</summary>
public sealed record PodDisruptionBudgetSpec : Extensible
{
    public IntOrString? MinAvailable { get; init; }
    public IntOrString? MaxUnavailable { get; init; }
    public LabelSelector? Selector { get; init; }
    public string? UnhealthyPodEvictionPolicy { get; init; }
}
