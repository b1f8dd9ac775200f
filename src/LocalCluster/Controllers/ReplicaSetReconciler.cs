using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;

namespace LocalCluster.Controllers;

/// <summary>Keeps as many pods as a ReplicaSet asks for.</summary>
internal sealed class ReplicaSetReconciler(IKubernetesClient client, PodControl pods, TimeProvider time)
    : IReconciler<ObjectKey>
{
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (await client.FindAsync<ReplicaSet>(key, cancellationToken) is not { Spec: { } spec } set)
        {
            return ReconcileResult.Done;
        }

        var all = await client.ListAsync<Pod>(key.Namespace, spec.Selector, cancellationToken);
        var mine = await client.ClaimAsync(set, all.Where(p => p.IsActive()), cancellationToken);
        var now = time.GetUtcNow();
        var missing = (spec.Replicas ?? 1) - mine.Count;
        if (set.Metadata.DeletionTimestamp is null)
        {
            for (var i = 0; i < missing; i++)
            {
                var name = $"{set.Metadata.Name}-{Hashes.Suffix()}";
                await pods.CreateAsync(set, spec.Template ?? new PodTemplateSpec(), name, p => p, cancellationToken);
            }

            foreach (var surplus in ByWorth(mine, spec.MinReadySeconds, now).Take(Math.Max(0, -missing)))
            {
                await pods.DeleteAsync(set, surplus, cancellationToken);
            }
        }

        var labels = spec.Template?.Metadata?.Labels ?? new Dictionary<string, string>();
        var status = new ReplicaSetStatus
        {
            ObservedGeneration = set.Metadata.Generation,
            Replicas = mine.Count,
            FullyLabeledReplicas = mine.Count(p =>
                labels.All(l => p.Metadata.Labels?.GetValueOrDefault(l.Key) == l.Value)
            ),
            ReadyReplicas = mine.Count(p => p.IsReady()),
            AvailableReplicas = mine.Count(p => p.IsAvailable(spec.MinReadySeconds, now)),
        };
        await client.WriteStatusAsync(
            set,
            set.Status,
            status,
            KubernetesJsonContext.Default.ReplicaSetStatus,
            cancellationToken
        );
        return Waiting.For(mine, spec.MinReadySeconds, now);
    }

    /// <summary>Those first whose loss matters least: not placed, not running, not ready, then the youngest.</summary>
    internal static IEnumerable<Pod> ByWorth(IEnumerable<Pod> pods, int? minReadySeconds, DateTimeOffset now) =>
        pods.OrderBy(p => !string.IsNullOrEmpty(p.Spec?.NodeName))
            .ThenBy(p => p.Status?.Phase == "Running")
            .ThenBy(p => p.IsReady())
            .ThenBy(p => p.IsAvailable(minReadySeconds, now))
            .ThenByDescending(p => p.Metadata.CreationTimestamp);
}
