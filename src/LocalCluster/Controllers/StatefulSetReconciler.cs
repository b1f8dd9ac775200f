using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;

namespace LocalCluster.Controllers;

/// <summary>
/// Keeps a StatefulSet's pods: each with its name and claims, one after the other or all at once, replaced from the
/// highest ordinal down when the template changes. Source: kubernetes
/// pkg/controller/statefulset/stateful_set_control.go.
/// </summary>
internal sealed class StatefulSetReconciler(IKubernetesClient client, PodControl control, TimeProvider time)
    : IReconciler<ObjectKey>
{
    private readonly StatefulRevisions revisions = new(client);

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (await client.FindAsync<StatefulSet>(key, cancellationToken) is not { Spec: { } spec } set)
        {
            return ReconcileResult.Done;
        }

        var pods = await ListAsync(set, cancellationToken);
        if (set.Metadata.DeletionTimestamp is null)
        {
            var known = await revisions.SyncAsync(set, cancellationToken);
            var update = known[^1];
            var current = known.Find(r => r.Metadata.Name == set.Status?.CurrentRevision) ?? update;
            await StepAsync(set, pods, current, update, cancellationToken);
            pods = await ListAsync(set, cancellationToken);
            var status = Status(set, [.. pods.Values], current.Metadata.Name!, update.Metadata.Name!);
            await client.WriteStatusAsync(
                set,
                set.Status,
                status,
                KubernetesJsonContext.Default.StatefulSetStatus,
                cancellationToken
            );
            HashSet<string> inUse =
            [
                update.Metadata.Name!,
                status.CurrentRevision!,
                .. pods.Values.Select(p => p.Metadata.Labels?.GetValueOrDefault(StatefulPods.RevisionLabel) ?? ""),
            ];
            await revisions.TrimAsync(set, known, inUse, cancellationToken);
        }

        return Waiting.For(pods.Values, spec.MinReadySeconds, time.GetUtcNow());
    }

    private async Task<SortedDictionary<int, Pod>> ListAsync(StatefulSet set, CancellationToken cancellationToken)
    {
        var result = new SortedDictionary<int, Pod>();
        var matching = await client.ListAsync<Pod>(set.Key.Namespace, set.Spec!.Selector, cancellationToken);
        var named = matching.Where(pod => StatefulPods.Ordinal(set, pod) is not null);
        foreach (var pod in await client.ClaimAsync(set, named, cancellationToken))
        {
            result[StatefulPods.Ordinal(set, pod)!.Value] = pod;
        }

        return result;
    }

    /// <summary>Does what can be done now. Ordered sets do one thing, then wait for what comes of it.</summary>
    private async Task StepAsync(
        StatefulSet set,
        SortedDictionary<int, Pod> pods,
        ControllerRevision current,
        ControllerRevision update,
        CancellationToken cancellationToken
    )
    {
        var replicas = set.Spec!.Replicas ?? 1;
        var isOrdered = set.Spec.PodManagementPolicy != "Parallel";
        var partition = Partition(set);
        for (var ordinal = 0; ordinal < replicas; ordinal++)
        {
            var pod = pods.GetValueOrDefault(ordinal);
            if (pod is not null && pod.IsOver() && pod.Metadata.DeletionTimestamp is null)
            {
                await control.DeleteAsync(set, pod, cancellationToken);
            }
            else if (pod is null)
            {
                await CreateAsync(set, ordinal, ordinal < partition ? current : update, cancellationToken);
            }

            if (isOrdered && (pod is null || !IsHealthy(pod, set)))
            {
                return;
            }
        }

        foreach (var (ordinal, pod) in pods.Where(p => p.Key >= replicas).Reverse())
        {
            if (pod.Metadata.DeletionTimestamp is null)
            {
                await control.DeleteAsync(set, pod, cancellationToken);
            }

            if (isOrdered)
            {
                return;
            }
        }

        if (set.Spec.UpdateStrategy?.Type == "OnDelete")
        {
            return;
        }

        foreach (var (ordinal, pod) in pods.Where(p => p.Key < replicas && p.Key >= partition).Reverse())
        {
            var isOld = pod.Metadata.Labels?.GetValueOrDefault(StatefulPods.RevisionLabel) != update.Metadata.Name;
            if (isOld && pod.Metadata.DeletionTimestamp is null)
            {
                await control.DeleteAsync(set, pod, cancellationToken);
                return;
            }

            if (!IsHealthy(pod, set))
            {
                return;
            }
        }
    }

    private async Task CreateAsync(
        StatefulSet set,
        int ordinal,
        ControllerRevision revision,
        CancellationToken cancellationToken
    )
    {
        foreach (var claim in StatefulPods.Claims(set, ordinal))
        {
            try
            {
                if (await client.FindAsync<PersistentVolumeClaim>(claim.Key, cancellationToken) is null)
                {
                    await client.CreateAsync(claim, new WriteOptions(), cancellationToken);
                }
            }
            catch (KubernetesApiException exception) when (exception.Kind == KubernetesErrorKind.AlreadyExists) { }
        }

        await control.CreateAsync(
            set,
            StatefulRevisions.Template(revision),
            StatefulPods.Name(set, ordinal),
            pod => StatefulPods.Finish(pod, set, ordinal, revision.Metadata.Name!),
            cancellationToken
        );
    }

    private bool IsHealthy(Pod pod, StatefulSet set) =>
        pod.IsActive()
        && pod.Status?.Phase == "Running"
        && pod.IsAvailable(set.Spec?.MinReadySeconds, time.GetUtcNow());

    private StatefulSetStatus Status(StatefulSet set, IReadOnlyList<Pod> pods, string current, string update)
    {
        int Of(string revision) =>
            pods.Count(p =>
                p.IsActive() && p.Metadata.Labels?.GetValueOrDefault(StatefulPods.RevisionLabel) == revision
            );
        var now = time.GetUtcNow();
        var replicas = pods.Count(p => !p.IsOver());
        var ready = pods.Count(p => p.IsActive() && p.Status?.Phase == "Running" && p.IsReady());
        var updated = Of(update);
        // The update is complete when every pod has it and serves.
        var isComplete = updated == replicas && ready == replicas && updated == (set.Spec?.Replicas ?? 1);
        current = isComplete || set.Status?.CurrentRevision is null ? update : current;
        return new StatefulSetStatus
        {
            ObservedGeneration = set.Metadata.Generation,
            Replicas = replicas,
            ReadyReplicas = ready,
            AvailableReplicas = pods.Count(p => p.IsActive() && p.IsAvailable(set.Spec?.MinReadySeconds, now)),
            CurrentReplicas = Of(current),
            UpdatedReplicas = updated,
            CurrentRevision = current,
            UpdateRevision = update,
            CollisionCount = 0,
        };
    }

    private static int Partition(StatefulSet set) =>
        set.Spec?.UpdateStrategy?.RollingUpdate is { ValueKind: JsonValueKind.Object } rolling
        && rolling.TryGetProperty("partition", out var partition)
            ? partition.GetInt32()
            : 0;
}
