using System.Collections.Concurrent;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Storage;

/// <summary>All stores of a server.</summary>
internal sealed class ObjectDatabase
{
    private readonly ConcurrentDictionary<GroupResource, ResourceStore> stores = new();

    private readonly List<Action<ResourceStore, Change>> handlers = [];

    public VersionCounter Versions { get; } = new();

    public IEnumerable<ResourceStore> Stores => stores.Values;

    /// <summary>Tells a handler of every write of every store; see <see cref="ResourceStore.OnChange"/>.</summary>
    public void OnChange(Action<ResourceStore, Change> handler) => handlers.Add(handler);

    public ResourceStore? Find(GroupResource resource) => stores.GetValueOrDefault(resource);

    /// <summary>The store of a resource, made when it is new.</summary>
    public ResourceStore Open(GroupResource resource, IReadOnlyList<string[]> selectableFields) =>
        stores.GetOrAdd(
            resource,
            key =>
            {
                var store = new ResourceStore(key, Versions, selectableFields);
                store.OnChange(
                    (from, change) =>
                    {
                        foreach (var handler in handlers)
                        {
                            handler(from, change);
                        }
                    }
                );
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
