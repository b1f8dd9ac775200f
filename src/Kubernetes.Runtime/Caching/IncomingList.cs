using Kubernetes.Models;

namespace Kubernetes.Runtime.Caching;

/// <summary>
/// A list while it comes in, page by page or event by event. Holds each object once, in its newest version, whatever
/// the order they come in and however often; and the store's own instance of those that the store has already, so that
/// listing anew does not double the memory. Not thread-safe.
/// </summary>
internal sealed class IncomingList<T>(Store<T> store)
    where T : KubernetesObject
{
    private readonly Dictionary<ObjectKey, T> _objects = [];

    public IReadOnlyCollection<T> Objects => _objects.Values;

    public void Add(T value)
    {
        var key = value.Key;
        if (
            _objects.TryGetValue(key, out var other)
            && ResourceVersions.IsOlder(value.Metadata.ResourceVersion, other.Metadata.ResourceVersion)
        )
        {
            return;
        }

        _objects[key] =
            store.Find(key) is { } stored && ResourceVersions.AreSame(stored.Metadata, value.Metadata) ? stored : value;
    }

    public void Remove(ObjectKey key) => _objects.Remove(key);
}
