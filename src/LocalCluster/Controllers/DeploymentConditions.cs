using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>
/// The conditions of a Deployment. Source: kubernetes pkg/controller/deployment/progress.go and sync.go.
/// </summary>
internal static class DeploymentConditions
{
    private const int DefaultDeadline = 600;

    /// <summary>The status with its conditions.</summary>
    /// <param name="deployment">As it was read, with the status before.</param>
    /// <param name="status">The counts now.</param>
    /// <param name="newSet">Name of the current ReplicaSet; null when there is none yet.</param>
    /// <param name="maxUnavailable">How many pods may be missing.</param>
    /// <param name="now">The time now.</param>
    public static DeploymentStatus Apply(
        Deployment deployment,
        DeploymentStatus status,
        string? newSet,
        int maxUnavailable,
        DateTimeOffset now
    )
    {
        var before = deployment.Status?.Conditions ?? [];
        var replicas = deployment.Spec?.Replicas ?? 1;
        var available =
            status.AvailableReplicas >= replicas - maxUnavailable
                ? Make("Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
                : Make(
                    "Available",
                    "False",
                    "MinimumReplicasUnavailable",
                    "Deployment does not have minimum availability."
                );
        var progressing = Progress(deployment, status, newSet, replicas, now);
        return status with
        {
            Conditions =
            [
                Stamp(available, before, now, touch: false),
                Stamp(progressing.Condition, before, now, progressing.Moved),
            ],
        };
    }

    /// <summary>When the deadline for progress ends, if it is running; null otherwise.</summary>
    public static DateTimeOffset? Deadline(Deployment deployment, DeploymentStatus status)
    {
        var progressing = status.Conditions?.FirstOrDefault(c => c.Type == "Progressing");
        return
            progressing is { Status: "True", Reason: not "NewReplicaSetAvailable", LastUpdateTime: { } since }
            && deployment.Spec?.Paused != true
            ? since.AddSeconds(deployment.Spec?.ProgressDeadlineSeconds ?? DefaultDeadline)
            : null;
    }

    private static (WorkloadCondition Condition, bool Moved) Progress(
        Deployment deployment,
        DeploymentStatus status,
        string? newSet,
        int replicas,
        DateTimeOffset now
    )
    {
        var name = newSet ?? deployment.Metadata.Name;
        var before = deployment.Status?.Conditions?.FirstOrDefault(c => c.Type == "Progressing");
        var old = deployment.Status;
        if (
            newSet is not null
            && status.UpdatedReplicas == replicas
            && status.Replicas == replicas
            && status.AvailableReplicas == replicas
        )
        {
            var done = Make(
                "Progressing",
                "True",
                "NewReplicaSetAvailable",
                $"ReplicaSet \"{name}\" has successfully progressed."
            );
            return (done, before?.Reason != "NewReplicaSetAvailable");
        }

        var isNewRollout = old?.ObservedGeneration != status.ObservedGeneration;
        var moved =
            isNewRollout
            || status.UpdatedReplicas > (old?.UpdatedReplicas ?? 0)
            || status.ReadyReplicas > (old?.ReadyReplicas ?? 0)
            || status.AvailableReplicas > (old?.AvailableReplicas ?? 0)
            || status.Replicas - status.UpdatedReplicas < (old?.Replicas ?? 0) - (old?.UpdatedReplicas ?? 0);
        if (before is null)
        {
            return (Make("Progressing", "True", "NewReplicaSetCreated", $"Created new replica set \"{name}\""), true);
        }

        var since = before.LastUpdateTime ?? now;
        var deadline = since.AddSeconds(deployment.Spec?.ProgressDeadlineSeconds ?? DefaultDeadline);
        var isLate =
            !moved
            && (
                before.Reason == "ProgressDeadlineExceeded"
                || (before.Reason != "NewReplicaSetAvailable" && now >= deadline)
            );
        return isLate
            ? (
                Make(
                    "Progressing",
                    "False",
                    "ProgressDeadlineExceeded",
                    $"ReplicaSet \"{name}\" has timed out progressing."
                ),
                false
            )
            : (Make("Progressing", "True", "ReplicaSetUpdated", $"ReplicaSet \"{name}\" is progressing."), moved);
    }

    private static WorkloadCondition Make(string type, string status, string reason, string message) =>
        new()
        {
            Type = type,
            Status = status,
            Reason = reason,
            Message = message,
        };

    private static WorkloadCondition Stamp(
        WorkloadCondition condition,
        IReadOnlyList<WorkloadCondition> before,
        DateTimeOffset now,
        bool touch
    )
    {
        var old = before.FirstOrDefault(c => c.Type == condition.Type);
        return condition with
        {
            LastTransitionTime = old?.Status == condition.Status ? old.LastTransitionTime ?? now : now,
            LastUpdateTime =
                !touch && old?.Status == condition.Status && old.Reason == condition.Reason
                    ? old.LastUpdateTime ?? now
                    : now,
        };
    }
}
