using System.Collections.Concurrent;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Storage;

/// <summary>All stores of a server.</summary>
internal sealed class ObjectDatabase
{
    private readonly ConcurrentDictionary<GroupResource, ResourceStore> stores = new();

    public VersionCounter Versions { get; } = new();

    public IEnumerable<ResourceStore> Stores => stores.Values;

    /// <summary>Told of every write of every store; see <see cref="ResourceStore.Changed"/>.</summary>
    public event Action<ResourceStore, Change>? Changed;

    public ResourceStore? Find(GroupResource resource) => stores.GetValueOrDefault(resource);

    /// <summary>The store of a resource, made when it is new.</summary>
    public ResourceStore Open(GroupResource resource, IReadOnlyList<string[]> selectableFields) =>
        stores.GetOrAdd(
            resource,
            key =>
            {
                var store = new ResourceStore(key, Versions, selectableFields);
                store.Changed += (from, change) => Changed?.Invoke(from, change);
                return store;
            }
        );

    /// <summary>Ends the watches of a resource and forgets it.</summary>
    public void Drop(GroupResource resource)
    {
        if (stores.TryRemove(resource, out var store))
        {
            store.Close();
        }
    }
}
