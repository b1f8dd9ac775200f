using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>
/// Controllers take in what their selector matches and nobody controls: pods whose owner was deleted without them go on
/// under the next one. Source: kubernetes pkg/controller/controller_ref_manager.go.
/// </summary>
internal static class Adoption
{
    /// <summary>Those of the objects that the owner controls, after it has adopted the orphans among them.</summary>
    public static async Task<List<T>> ClaimAsync<TOwner, T>(
        this IKubernetesClient client,
        TOwner owner,
        IEnumerable<T> matching,
        CancellationToken cancellationToken
    )
        where TOwner : KubernetesObject, IKubernetesObject<TOwner>
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var mine = new List<T>();
        bool? mayAdopt = owner.Metadata.DeletionTimestamp is null ? null : false;
        foreach (var value in matching)
        {
            if (value.IsControlledBy(owner))
            {
                mine.Add(value);
            }
            else if (
                value.ControllerOwner() is null
                && value.Metadata.DeletionTimestamp is null
                && (mayAdopt ??= await StaysAsync(client, owner, cancellationToken))
            )
            {
                mine.Add(await AdoptAsync(client, owner, value, cancellationToken));
            }
        }

        return mine;
    }

    /// <summary>
    /// Asks the server: an owner that is deleted without its pods has just let go of them, which its controller's cache
    /// may not know yet. Taken in again they would go with it.
    /// </summary>
    private static async Task<bool> StaysAsync<TOwner>(
        IKubernetesClient client,
        TOwner owner,
        CancellationToken cancellationToken
    )
        where TOwner : KubernetesObject, IKubernetesObject<TOwner>
    {
        var fresh = await client.FindAsync<TOwner>(owner.Key, cancellationToken);
        return fresh is { Metadata.DeletionTimestamp: null } && fresh.Metadata.Uid == owner.Metadata.Uid;
    }

    private static Task<T> AdoptAsync<T>(
        IKubernetesClient client,
        KubernetesObject owner,
        T orphan,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T>
    {
        IEnumerable<OwnerReference> owners = [.. orphan.Metadata.OwnerReferences ?? [], owner.AsController()];
        var patch = new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["uid"] = orphan.Metadata.Uid,
                ["ownerReferences"] = new JsonArray([
                    .. owners.Select(it =>
                        JsonSerializer.SerializeToNode(it, KubernetesJsonContext.Default.OwnerReference)
                    ),
                ]),
            },
        };
        return client.ChangeAsync(orphan, patch, cancellationToken);
    }
}
