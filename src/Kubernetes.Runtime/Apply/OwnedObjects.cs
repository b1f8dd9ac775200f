using Kubernetes.Models;
using Kubernetes.Runtime.Caching;

namespace Kubernetes.Runtime.Apply;

/// <summary>
/// The live objects of all sets, backed by one <see cref="Store{T}"/> per kind, each with an index of the sets that own
/// an object.
/// </summary>
/// <param name="setsOf">
/// The sets that an object belongs to, from its owner references or labels. Depends on the metadata alone.
/// </param>
public sealed class OwnedObjects(Func<ObjectMeta, IEnumerable<string>> setsOf)
{
    private const string Index = "owned-objects/set";

    private readonly Dictionary<ResourceType, Source> _sources = [];

    /// <summary>Adds a kind. Every kind that a set may hold must be here.</summary>
    public OwnedObjects Add<T>(Store<T> store)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        store.AddIndex(Index, value => setsOf(value.Metadata));
        _sources.Add(T.ResourceType, new Source(store.Find, set => store.ByIndex(Index, set)));
        return this;
    }

    /// <summary>The live objects as one set sees them.</summary>
    public ILiveObjects Of(string setId) => new View(this, setId);

    private sealed record Source(
        Func<ObjectKey, KubernetesObject?> Find,
        Func<string, IReadOnlyCollection<KubernetesObject>> Owned
    );

    private sealed class View(OwnedObjects all, string setId) : ILiveObjects
    {
        public KubernetesObject? Find(ResourceType type, ObjectKey key) =>
            all._sources.TryGetValue(type, out var source)
                ? source.Find(key)
                : throw new InvalidOperationException($"No store of {type} was added, so its live state is not known.");

        public IEnumerable<KubernetesObject> Owned() => all._sources.Values.SelectMany(source => source.Owned(setId));

        public bool Owns(ObjectMeta metadata) => all.SetsOf(metadata).Contains(setId, StringComparer.Ordinal);
    }

    private IEnumerable<string> SetsOf(ObjectMeta metadata) => setsOf(metadata);
}
