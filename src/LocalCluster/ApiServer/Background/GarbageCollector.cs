using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Background;

/// <summary>Deletes what has lost all its owners, and carries out foreground and orphaning deletions.</summary>
internal sealed class GarbageCollector
{
    private readonly ResourceRegistry registry;
    private readonly ObjectUpdater updater;
    private readonly ObjectDeleter deleter;
    private readonly OwnerGraph graph = new();
    private readonly BackgroundQueue<ObjectPlace> queue;

    public GarbageCollector(
        ResourceRegistry registry,
        ObjectDatabase database,
        ObjectUpdater updater,
        ObjectDeleter deleter,
        TimeProvider clock,
        ILogger logger
    )
    {
        this.registry = registry;
        this.updater = updater;
        this.deleter = deleter;
        queue = new("garbage collector", ProcessAsync, clock, logger);
        database.OnChange((store, change) => OnChange(store, change));
    }

    public Task RunAsync(CancellationToken cancellationToken) => queue.RunAsync(cancellationToken);

    private void OnChange(ResourceStore store, in Change change)
    {
        graph.Apply(store, change);
        var value = change.Object;
        if (change.Type != ChangeType.Deleted)
        {
            var owned =
                value.OwnerUids.Length > 0
                && (change.Previous is null || !value.OwnerUids.AsSpan().SequenceEqual(change.Previous.OwnerUids));
            if (owned || value.Deleting)
            {
                queue.Add(new(store, value.Key));
            }

            return;
        }

        foreach (var dependent in graph.DependentsOf(value.Uid))
        {
            queue.Add(dependent);
        }

        // An owner that is being deleted in the foreground may have waited for this one.
        foreach (var owner in value.OwnerUids)
        {
            if (graph.Find(owner) is { } place && place.Store.Find(place.Key) is { Deleting: true })
            {
                queue.Add(place);
            }
        }
    }

    private async Task<bool> ProcessAsync(ObjectPlace place, CancellationToken cancellationToken)
    {
        var context = WriteContext.Controller("generic-garbage-collector", cancellationToken);
        if (place.Store.Find(place.Key) is not { } stored || registry.ForStore(place.Store) is not { } resource)
        {
            return true;
        }

        var value = stored.ToJson();
        if (stored.Deleting)
        {
            var finalizers = value.Metadata().Strings("finalizers");
            if (finalizers.Contains(ObjectDeleter.OrphanFinalizer))
            {
                await OrphanAsync(resource, stored, context);
                return true;
            }

            if (finalizers.Contains(ObjectDeleter.ForegroundFinalizer))
            {
                await ForegroundAsync(resource, stored, context);
            }

            return true;
        }

        if (stored.OwnerUids.Length > 0)
        {
            await CollectAsync(resource, stored, value, context);
        }

        return true;
    }

    /// <summary>Deletes an object without owners; takes off the names of those that are gone while others stay.</summary>
    private async Task CollectAsync(ApiResource resource, StoredObject stored, JsonObject value, WriteContext context)
    {
        var states = value
            .Metadata()
            .Objects("ownerReferences")
            .Select(owner => (Owner: owner, State: StateOf(owner, stored)))
            .ToList();
        if (states.TrueForAll(entry => entry.State == OwnerState.Present))
        {
            return;
        }

        if (states.Exists(entry => entry.State == OwnerState.Present))
        {
            var gone = states
                .Where(entry => entry.State != OwnerState.Present)
                .Select(entry => entry.Owner.Str("uid")!)
                .ToHashSet(StringComparer.Ordinal);
            await RemoveOwnersAsync(resource, stored.Key, gone, context);
            return;
        }

        var waiting = states.Exists(entry => entry.State == OwnerState.WaitsForThis);
        await TryAsync(async () =>
            await deleter.DeleteAsync(
                resource,
                stored.Key,
                new()
                {
                    Uid = stored.Uid,
                    Propagation =
                        waiting && graph.DependentsOf(stored.Uid).Count > 0
                            ? Propagation.Foreground
                            : Propagation.Background,
                },
                context
            )
        );
    }

    private OwnerState StateOf(JsonObject reference, StoredObject dependent)
    {
        var (group, kind) = (GroupOf(reference.Str("apiVersion") ?? ""), reference.Str("kind") ?? "");
        if (
            registry.FindKind(group, kind) is not { } known
            || (known.Namespaced && dependent.Key.Namespace.Length == 0)
        )
        {
            // A kind that is not served here, or in no namespace that could be named: nobody can say that it is gone.
            return OwnerState.Present;
        }

        if (graph.Find(reference.Str("uid") ?? "") is not { } place)
        {
            return OwnerState.Gone;
        }

        if (place.Key.Namespace.Length > 0 && place.Key.Namespace != dependent.Key.Namespace)
        {
            return OwnerState.Gone;
        }

        var waits =
            place.Store.Find(place.Key) is { Deleting: true } owner
            && owner.ToJson().Metadata().Strings("finalizers").Contains(ObjectDeleter.ForegroundFinalizer);
        return waits ? OwnerState.WaitsForThis : OwnerState.Present;
    }

    private async Task ForegroundAsync(ApiResource resource, StoredObject owner, WriteContext context)
    {
        var blocking = 0;
        foreach (var place in graph.DependentsOf(owner.Uid))
        {
            if (place.Store.Find(place.Key) is not { } dependent)
            {
                continue;
            }

            if (!dependent.Deleting)
            {
                queue.Add(place);
            }

            blocking += Blocks(dependent, owner.Uid) ? 1 : 0;
        }

        if (blocking == 0)
        {
            await RemoveFinalizerAsync(resource, owner.Key, ObjectDeleter.ForegroundFinalizer, context);
        }
    }

    private async Task OrphanAsync(ApiResource resource, StoredObject owner, WriteContext context)
    {
        foreach (var place in graph.DependentsOf(owner.Uid))
        {
            if (registry.ForStore(place.Store) is { } dependent)
            {
                await RemoveOwnersAsync(dependent, place.Key, [owner.Uid], context);
            }
        }

        await RemoveFinalizerAsync(resource, owner.Key, ObjectDeleter.OrphanFinalizer, context);
    }

    private Task RemoveOwnersAsync(ApiResource resource, ObjectKey key, HashSet<string> uids, WriteContext context) =>
        ChangeAsync(
            resource,
            key,
            metadata =>
            {
                var kept = metadata
                    .Objects("ownerReferences")
                    .Where(owner => !uids.Contains(owner.Str("uid") ?? ""))
                    .Select(owner => owner.DeepClone())
                    .ToArray();
                metadata["ownerReferences"] = new JsonArray(kept);
            },
            context
        );

    private Task RemoveFinalizerAsync(ApiResource resource, ObjectKey key, string finalizer, WriteContext context) =>
        ChangeAsync(
            resource,
            key,
            metadata =>
            {
                var finalizers = metadata.Strings("finalizers");
                finalizers.Remove(finalizer);
                metadata["finalizers"] = finalizers.ToJsonArray();
            },
            context
        );

    private Task ChangeAsync(ApiResource resource, ObjectKey key, Action<JsonObject> change, WriteContext context) =>
        TryAsync(async () =>
            await updater.UpdateAsync(
                resource,
                key,
                subresource: null,
                old =>
                {
                    var next = (JsonObject)old.DeepClone();
                    change(next.Metadata());
                    return new Changed(next, Tracked: false);
                },
                context
            )
        );

    private static async Task TryAsync(Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            // Gone or replaced meanwhile: that change comes by itself.
        }
    }

    private static bool Blocks(StoredObject dependent, string ownerUid) =>
        dependent
            .ToJson()
            .Metadata()
            .Objects("ownerReferences")
            .Any(owner => owner.Str("uid") == ownerUid && owner.Bool("blockOwnerDeletion") == true);

    private static string GroupOf(string apiVersion) =>
        apiVersion.IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0 ? "" : apiVersion[..slash];

    private enum OwnerState
    {
        Present,
        Gone,
        WaitsForThis,
    }
}
