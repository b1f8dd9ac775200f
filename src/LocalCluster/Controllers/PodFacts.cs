using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>What controllers ask of a pod.</summary>
internal static class PodFacts
{
    /// <summary>Counts as one of its owner's: neither on its way out nor over.</summary>
    public static bool IsActive(this Pod pod) => pod.Metadata.DeletionTimestamp is null && !pod.IsOver();

    /// <summary>Has run to its end.</summary>
    public static bool IsOver(this Pod pod) => pod.Status?.Phase is "Succeeded" or "Failed";

    /// <summary>Its Ready condition is true.</summary>
    public static bool IsReady(this Pod pod) => pod.ReadyCondition() is { Status: "True" };

    /// <summary>When it will have been ready for long enough; null while it is not ready.</summary>
    public static DateTimeOffset? AvailableAt(this Pod pod, int? minReadySeconds) =>
        pod.ReadyCondition() is { Status: "True" } ready
            ? (ready.LastTransitionTime ?? default).AddSeconds(minReadySeconds ?? 0)
            : null;

    /// <summary>Ready for at least that long.</summary>
    public static bool IsAvailable(this Pod pod, int? minReadySeconds, DateTimeOffset now) =>
        pod.AvailableAt(minReadySeconds) is { } at && (minReadySeconds is null or 0 || at <= now);

    /// <summary>The owner that manages an object; null when there is none.</summary>
    public static OwnerReference? ControllerOwner(this KubernetesObject value) =>
        value.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true);

    /// <summary>Whether an object is managed by that one.</summary>
    public static bool IsControlledBy(this KubernetesObject value, KubernetesObject owner) =>
        value.ControllerOwner()?.Uid == owner.Metadata.Uid;

    /// <summary>The reference that makes <paramref name="owner"/> the manager of what carries it.</summary>
    public static OwnerReference AsController(this KubernetesObject owner) =>
        new()
        {
            ApiVersion = owner.GetResourceType().ApiVersion,
            Kind = owner.GetResourceType().Kind,
            Name = owner.Metadata.Name ?? "",
            Uid = owner.Metadata.Uid ?? "",
            Controller = true,
            BlockOwnerDeletion = true,
        };

    private static PodCondition? ReadyCondition(this Pod pod) =>
        pod.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
}
