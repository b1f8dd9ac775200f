using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Crds;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Background;

/// <summary>Deletes the instances of a CustomResourceDefinition that is to be deleted, then lets it go.</summary>
internal sealed class CrdController
{
    private readonly ResourceRegistry registry;
    private readonly ObjectDatabase database;
    private readonly ResourceStore definitions;
    private readonly ObjectUpdater updater;
    private readonly ObjectDeleter deleter;
    private readonly BackgroundQueue<string> queue;
    private readonly WriteContext context = WriteContext.Internal("kube-apiserver");

    public CrdController(
        ResourceRegistry registry,
        ObjectDatabase database,
        ObjectUpdater updater,
        ObjectDeleter deleter,
        TimeProvider clock,
        ILogger logger
    )
    {
        this.registry = registry;
        this.database = database;
        this.updater = updater;
        this.deleter = deleter;
        definitions = database.Find(new("apiextensions.k8s.io", "customresourcedefinitions"))!;
        queue = new("customresourcedefinitions", ProcessAsync, clock, logger);
        definitions.OnChange(
            (_, change) =>
            {
                if (change.Type != ChangeType.Deleted && change.Object.Deleting)
                {
                    queue.Add(change.Object.Key.Name);
                }
            }
        );
        database.OnChange(
            (store, change) =>
            {
                var name = store.Resource.ToString();
                if (change.Type == ChangeType.Deleted && definitions.Find(new("", name)) is { Deleting: true })
                {
                    queue.Add(name);
                }
            }
        );
    }

    public Task RunAsync(CancellationToken cancellationToken) => queue.RunAsync(cancellationToken);

    private async Task<bool> ProcessAsync(string name, CancellationToken cancellationToken)
    {
        if (definitions.Find(new("", name)) is not { Deleting: true } found)
        {
            return true;
        }

        var spec = found.ToJson().Obj("spec");
        var store = database.Find(new(spec.Str("group") ?? "", spec.Obj("names").Str("plural") ?? ""));
        if (store is not null && registry.ForStore(store) is { } resource)
        {
            if (store.TakeSnapshot().Select(null, null).Any(item => !item.Deleting))
            {
                await deleter.DeleteAllAsync(
                    resource,
                    store.TakeSnapshot().Select(null, null),
                    DeleteOptions.Default,
                    WriteContext.Controller("apiextensions-apiserver", cancellationToken)
                );
            }

            if (store.TakeSnapshot().Count(null) > 0)
            {
                // Finalizers hold some: their end brings this definition back here.
                return true;
            }
        }

        updater.Update(
            registry.Find("apiextensions.k8s.io", "v1", "customresourcedefinitions")!,
            found.Key,
            subresource: "finalizers",
            old =>
            {
                var next = (JsonObject)old.DeepClone();
                var finalizers = next.Metadata().Strings("finalizers");
                finalizers.Remove(CrdStrategy.Finalizer);
                next.Metadata()["finalizers"] = finalizers.ToJsonArray();
                return new Changed(next, Tracked: true);
            },
            context
        );
        return true;
    }
}
