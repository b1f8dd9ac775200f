using Kubernetes.Client;
using Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Apply;

/// <summary>Deletes what a set no longer holds, pods' owners first.</summary>
internal sealed class Pruner(IKubernetesClient client, ApplySetOptions options, ILogger logger)
{
    public async Task PruneAsync(
        IReadOnlyList<KubernetesObject> desired,
        ILiveObjects live,
        SetMemory memory,
        ApplyOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        var surplus = SurplusOf(desired, live, memory);
        foreach (var startsPods in new[] { true, false })
        {
            await ParallelWork.ForEachAsync(
                surplus.Where(pair => ApplyOrder.StartsPods(pair.Key.Type) == startsPods).ToList(),
                options.Concurrency,
                it => it.Key,
                (it, ct) => DeleteAsync(it.Key, it.Value, memory, outcome, ct),
                outcome,
                cancellationToken
            );
        }

        foreach (var reference in memory.Pruned.Keys)
        {
            if (live.Find(reference.Type, reference.Key) is null)
            {
                memory.Pruned.TryRemove(reference, out _);
            }
        }
    }

    private static Dictionary<ObjectRef, string?> SurplusOf(
        IReadOnlyList<KubernetesObject> desired,
        ILiveObjects live,
        SetMemory memory
    )
    {
        var wanted = desired.Select(ObjectRef.Of).ToHashSet();
        var owners = desired.SelectMany(value => value.Metadata.OwnerReferences ?? []).Distinct().ToList();
        var surplus = new Dictionary<ObjectRef, string?>();
        foreach (var value in live.Owned())
        {
            var reference = ObjectRef.Of(value);
            var isGoing = value.Metadata.DeletionTimestamp is not null || WasPruned(reference, value.Metadata.Uid);
            if (!wanted.Contains(reference) && !isGoing && Ownership.MayPrune(value.Metadata, owners))
            {
                surplus[reference] = value.Metadata.Uid;
            }
        }

        foreach (var (reference, applied) in memory.Applied.Where(pair => !wanted.Contains(pair.Key)))
        {
            // What the cache has seen it would show in Owned(), were it still there and ours.
            if (applied.Seen || live.Find(reference.Type, reference.Key) is not null)
            {
                memory.Applied.TryRemove(reference, out _);
            }
            else
            {
                surplus.TryAdd(reference, applied.Uid);
            }
        }

        return surplus;

        bool WasPruned(ObjectRef reference, string? uid) =>
            memory.Pruned.TryGetValue(reference, out var pruned) && pruned == uid;
    }

    private async ValueTask DeleteAsync(
        ObjectRef reference,
        string? uid,
        SetMemory memory,
        ApplyOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var delete = new DeleteRequest { Uid = uid };
            if (await client.DeleteAsync(reference.Type, reference.Key, delete, cancellationToken))
            {
                outcome.Pruned.Add(reference);
                logger.LogDebug("Deleted {Object}", reference);
            }
        }
        catch (KubernetesApiException e) when (e.Kind is KubernetesErrorKind.Conflict)
        {
            logger.LogDebug("{Object} is another one by now and stays: {Message}", reference, e.Message);
        }

        memory.Pruned[reference] = uid;
        memory.Applied.TryRemove(reference, out _);
    }
}
