using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Http;

/// <summary>What a list, or the deletion of a collection, is about: selected objects of one state, or as many as are asked for.</summary>
/// <param name="Items">The objects.</param>
/// <param name="Version">The version of the state.</param>
/// <param name="Continue">Where the next page begins; null when this is the last.</param>
/// <param name="Remaining">How many objects follow; null where that is not told.</param>
internal sealed record ListPage(IReadOnlyList<StoredObject> Items, long Version, string? Continue, int? Remaining)
{
    /// <summary>Reads a page by the options of a request.</summary>
    /// <exception cref="ApiException">400, 410, 422 or 504, as <see cref="ListOptions"/> and the state's age have it.</exception>
    public static ListPage Read(ApiResource resource, ObjectSelector selector, IQueryCollection query)
    {
        var options = ListOptions.Read(query, isWatch: false);
        var (snapshot, after) = Start(resource, options);
        var items = new List<StoredObject>();
        foreach (var item in snapshot.Select(selector.Namespace, after).Where(selector.Matches))
        {
            if (options.Limit > 0 && items.Count == options.Limit)
            {
                var last = items[^1].Key;
                return new(
                    items,
                    snapshot.Version,
                    ContinueToken.Write(snapshot.Version, last),
                    selector.TakesAll ? snapshot.Count(selector.Namespace, last) : null
                );
            }

            items.Add(item);
        }

        return new(items, snapshot.Version, null, null);
    }

    private static (Snapshot Snapshot, ObjectKey? After) Start(ApiResource resource, ListOptions options)
    {
        if (options.Continue.Length > 0)
        {
            var (version, key) = ContinueToken.Read(options.Continue);
            if (options.ResourceVersion is not (null or 0))
            {
                throw ApiException.BadRequest("specifying resource version is not allowed when using continue");
            }

            var kept =
                resource.Store.SnapshotAt(version)
                ?? throw ApiException.Expired(
                    "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter."
                );
            return (kept, key);
        }

        var snapshot = resource.Store.TakeSnapshot();
        var wanted = options.ResourceVersion ?? 0;
        if (wanted > snapshot.Version)
        {
            throw ApiException.TooLargeResourceVersion(wanted, snapshot.Version);
        }

        if (options.IsExact && wanted < snapshot.Version)
        {
            return (
                resource.Store.SnapshotAt(wanted)
                    ?? throw ApiException.Expired($"The resourceVersion for the provided list is too old: {wanted}"),
                null
            );
        }

        return (snapshot, null);
    }
}
