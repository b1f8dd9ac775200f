using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Events;
using LocalCluster.Events;

namespace LocalCluster.Controllers;

/// <summary>Moves a Deployment's pods from its old ReplicaSets to the one that has its current template.</summary>
internal sealed class DeploymentReconciler(IKubernetesClient client, EventTeller events, TimeProvider time)
    : IReconciler<ObjectKey>
{
    private const string HashLabel = "pod-template-hash";
    private const string RevisionAnnotation = "deployment.kubernetes.io/revision";

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        if (
            await client.FindAsync<Deployment>(key, cancellationToken)
            is not { Spec: { Template: { } template } spec } deployment
        )
        {
            return ReconcileResult.Done;
        }

        var listed = await client.ListAsync<ReplicaSet>(key.Namespace, spec.Selector, cancellationToken);
        var claimed = await client.ClaimAsync(deployment, listed, cancellationToken);
        var sets = claimed.OrderBy(s => s.Metadata.CreationTimestamp).ToList();
        var hash = Hashes.OfTemplate(template);
        var current = sets.Find(s => s.Metadata.Labels?.GetValueOrDefault(HashLabel) == hash);
        var old = sets.Where(s => s != current).ToList();
        var replicas = spec.Replicas ?? 1;
        var isRecreate = spec.Strategy?.Type == "Recreate";
        var (surge, unavailable) = RollingUpdatePlan.Limits(spec.Strategy, replicas);
        if (deployment.Metadata.DeletionTimestamp is null)
        {
            if (spec.Paused == true)
            {
                current = current is null ? null : await ScaleAsync(deployment, current, replicas, cancellationToken);
            }
            else if (isRecreate)
            {
                (current, old) = await RecreateAsync(deployment, current, old, hash, replicas, cancellationToken);
            }
            else
            {
                current ??= await CreateAsync(deployment, sets, hash, 0, cancellationToken);
                (current, old) = await RollAsync(
                    deployment,
                    current,
                    old,
                    replicas,
                    surge,
                    unavailable,
                    cancellationToken
                );
            }

            current = await RaiseRevisionAsync(deployment, current, old, cancellationToken);
            await CleanUpAsync(deployment, current, old, cancellationToken);
        }

        var status = Count(deployment, current, old);
        status = DeploymentConditions.Apply(
            deployment,
            status,
            current?.Metadata.Name,
            isRecreate || replicas == 0 ? 0 : unavailable,
            time.GetUtcNow()
        );
        await client.WriteStatusAsync(
            deployment,
            deployment.Status,
            status,
            KubernetesJsonContext.Default.DeploymentStatus,
            cancellationToken
        );
        return DeploymentConditions.Deadline(deployment, status) is { } deadline
            ? ReconcileResult.RequeueAfter(Max(deadline - time.GetUtcNow(), TimeSpan.Zero) + TimeSpan.FromSeconds(1))
            : ReconcileResult.Done;
    }

    private async Task<(ReplicaSet Current, List<ReplicaSet> Old)> RollAsync(
        Deployment deployment,
        ReplicaSet current,
        List<ReplicaSet> old,
        int replicas,
        int surge,
        int unavailable,
        CancellationToken cancellationToken
    )
    {
        var size = RollingUpdatePlan.ScaleNew(replicas, surge, Of(current), old.ConvertAll(Of));
        current = await ScaleAsync(deployment, current, size, cancellationToken);
        var sizes = RollingUpdatePlan.ScaleOld(replicas, unavailable, Of(current), old.ConvertAll(Of));
        for (var i = 0; i < old.Count; i++)
        {
            old[i] = await ScaleAsync(deployment, old[i], sizes[i], cancellationToken);
        }

        return (current, old);
    }

    /// <summary>All old pods have to be gone, not only on their way out, before the first new one is made.</summary>
    private async Task<(ReplicaSet? Current, List<ReplicaSet> Old)> RecreateAsync(
        Deployment deployment,
        ReplicaSet? current,
        List<ReplicaSet> old,
        string hash,
        int replicas,
        CancellationToken cancellationToken
    )
    {
        for (var i = 0; i < old.Count; i++)
        {
            old[i] = await ScaleAsync(deployment, old[i], 0, cancellationToken);
        }

        var pods = await client.ListAsync<Pod>(deployment.Key.Namespace, deployment.Spec!.Selector, cancellationToken);
        if (pods.Exists(p => !p.IsOver() && old.Exists(p.IsControlledBy)))
        {
            return (current, old);
        }

        current ??= await CreateAsync(deployment, old, hash, replicas, cancellationToken);
        return (await ScaleAsync(deployment, current, replicas, cancellationToken), old);
    }

    private async Task<ReplicaSet> CreateAsync(
        Deployment deployment,
        List<ReplicaSet> others,
        string hash,
        int replicas,
        CancellationToken cancellationToken
    )
    {
        var spec = deployment.Spec!;
        var labels = new Dictionary<string, string>(spec.Template!.Metadata?.Labels ?? new Dictionary<string, string>())
        {
            [HashLabel] = hash,
        };
        var selector = spec.Selector ?? new LabelSelector();
        var set = new ReplicaSet
        {
            Metadata = new ObjectMeta
            {
                Name = $"{deployment.Metadata.Name}-{hash}",
                Namespace = deployment.Metadata.Namespace,
                Labels = labels,
                Annotations = new Dictionary<string, string> { [RevisionAnnotation] = NextRevision(others) },
                OwnerReferences = [deployment.AsController()],
            },
            Spec = new ReplicaSetSpec
            {
                Replicas = replicas,
                MinReadySeconds = spec.MinReadySeconds,
                Selector = selector with
                {
                    MatchLabels = new Dictionary<string, string>(
                        selector.MatchLabels ?? new Dictionary<string, string>()
                    )
                    {
                        [HashLabel] = hash,
                    },
                },
                Template = spec.Template with
                {
                    Metadata = (spec.Template.Metadata ?? new ObjectMeta()) with { Labels = labels },
                },
            },
        };
        return await client.CreateAsync(set, new WriteOptions(), cancellationToken);
    }

    private async Task<ReplicaSet> ScaleAsync(
        Deployment deployment,
        ReplicaSet set,
        int replicas,
        CancellationToken cancellationToken
    )
    {
        var before = set.Spec?.Replicas ?? 1;
        if (before == replicas)
        {
            return set;
        }

        var patch = new JsonObject { ["spec"] = new JsonObject { ["replicas"] = replicas } };
        var scaled = await client.ChangeAsync(set, patch, cancellationToken);
        var direction = replicas > before ? "up" : "down";
        var note = string.Create(
            CultureInfo.InvariantCulture,
            $"Scaled {direction} replica set {set.Metadata.Name} from {before} to {replicas}"
        );
        events.Tell(deployment, EventType.Normal, "ScalingReplicaSet", "Scaling", note);
        return scaled;
    }

    /// <summary>The current ReplicaSet carries the highest revision, also when it is an old one that was taken up again.</summary>
    private async Task<ReplicaSet?> RaiseRevisionAsync(
        Deployment deployment,
        ReplicaSet? current,
        List<ReplicaSet> old,
        CancellationToken cancellationToken
    )
    {
        if (current is null)
        {
            return null;
        }

        if (old.Exists(o => Revision(o) >= Revision(current)))
        {
            current = await client.ChangeAsync(current, Annotate(NextRevision(old)), cancellationToken);
        }

        var revision = Revision(current).ToString(CultureInfo.InvariantCulture);
        if (deployment.Metadata.Annotations?.GetValueOrDefault(RevisionAnnotation) != revision)
        {
            await client.ChangeAsync(deployment, Annotate(revision), cancellationToken);
        }

        return current;
    }

    private async Task CleanUpAsync(
        Deployment deployment,
        ReplicaSet? current,
        List<ReplicaSet> old,
        CancellationToken cancellationToken
    )
    {
        var isDone = current?.Status?.AvailableReplicas == (deployment.Spec!.Replicas ?? 1);
        var empty = old.Where(o => o.Spec?.Replicas == 0 && o.Status is { Replicas: 0 or null })
            .OrderBy(Revision)
            .ToList();
        var surplus = empty.Count - (deployment.Spec.RevisionHistoryLimit ?? 10);
        foreach (var set in empty.Take(isDone ? Math.Max(0, surplus) : 0))
        {
            await client.DeleteAsync<ReplicaSet>(
                set.Key,
                new DeleteRequest { Uid = set.Metadata.Uid },
                cancellationToken
            );
        }
    }

    private static DeploymentStatus Count(Deployment deployment, ReplicaSet? current, List<ReplicaSet> old)
    {
        var all = current is null ? old : [.. old, current];
        var replicas = all.Sum(s => s.Status?.Replicas ?? 0);
        var available = all.Sum(s => s.Status?.AvailableReplicas ?? 0);
        return new DeploymentStatus
        {
            ObservedGeneration = deployment.Metadata.Generation,
            Replicas = replicas,
            UpdatedReplicas = current?.Status?.Replicas ?? 0,
            ReadyReplicas = all.Sum(s => s.Status?.ReadyReplicas ?? 0),
            AvailableReplicas = available,
            UnavailableReplicas = Math.Max(0, all.Sum(s => s.Spec?.Replicas ?? 0) - available),
        };
    }

    private static RollingUpdatePlan.Set Of(ReplicaSet set) =>
        new(set.Spec?.Replicas ?? 1, set.Status?.AvailableReplicas ?? 0);

    private static long Revision(ReplicaSet set) =>
        long.TryParse(
            set.Metadata.Annotations?.GetValueOrDefault(RevisionAnnotation),
            CultureInfo.InvariantCulture,
            out var revision
        )
            ? revision
            : 0;

    private static string NextRevision(List<ReplicaSet> sets) =>
        (sets.Select(Revision).DefaultIfEmpty().Max() + 1).ToString(CultureInfo.InvariantCulture);

    private static JsonObject Annotate(string revision) =>
        new()
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [RevisionAnnotation] = revision } },
        };

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
