using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>What an <see cref="ApplySet"/> needs to know of the cluster, from caches, for one set.</summary>
public interface ILiveObjects
{
    /// <summary>The object of that name, whoever owns it; null when the cache has none.</summary>
    KubernetesObject? Find(ResourceType type, ObjectKey key);

    /// <summary>All objects of all kinds that belong to the set.</summary>
    IEnumerable<KubernetesObject> Owned();

    /// <summary>Whether an object of such metadata belongs to the set.</summary>
    bool Owns(ObjectMeta metadata);
}
