using System.Collections.Concurrent;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Storage;

/// <summary>All stores of a server, in memory, and in a journal where there is one.</summary>
internal sealed class ObjectDatabase(Journal? journal = null)
{
    private readonly ConcurrentDictionary<GroupResource, ResourceStore> stores = new();

    private readonly List<Action<ResourceStore, Change>> handlers = [];

    public VersionCounter Versions { get; } = new(journal?.BaseVersion ?? 1);

    /// <summary>True while the writes of an earlier run are made again: their consequences are among them.</summary>
    public bool IsRestoring { get; private set; }

    public IEnumerable<ResourceStore> Stores => stores.Values;

    /// <summary>Tells a handler of every write of every store; see <see cref="ResourceStore.OnChange"/>.</summary>
    public void OnChange(Action<ResourceStore, Change> handler) => handlers.Add(handler);

    /// <summary>Brings back what the journal holds, one resource first: the definitions of others.</summary>
    public void Restore(GroupResource first)
    {
        if (journal is null or { IsNew: true })
        {
            return;
        }

        IsRestoring = true;
        foreach (
            var entry in journal
                .TakeEntries()
                .ToLookup(entry => entry.Resource == first)
                .OrderByDescending(part => part.Key)
                .SelectMany(part => part)
        )
        {
            // Objects of a definition that is gone are gone with it.
            Find(entry.Resource)?.Restore(entry);
        }

        Versions.ContinueAfter(journal.LastVersion);
        IsRestoring = false;
    }

    public ResourceStore? Find(GroupResource resource) => stores.GetValueOrDefault(resource);

    /// <summary>The store of a resource, made when it is new.</summary>
    public ResourceStore Open(GroupResource resource, IReadOnlyList<string[]> selectableFields) =>
        stores.GetOrAdd(
            resource,
            key =>
            {
                var store = new ResourceStore(key, Versions, selectableFields, journal);
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
