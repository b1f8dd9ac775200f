using System.Text.Json.Nodes;
using LocalCluster.ApiServer.BuiltIn;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Background;

/// <summary>
/// Gives every namespace its default ServiceAccount and CA, and empties one that is to be deleted before it goes.
/// </summary>
internal sealed class NamespaceController
{
    private const string CaConfigMap = "kube-root-ca.crt";

    private readonly ResourceRegistry registry;
    private readonly ResourceStore namespaces;
    private readonly ObjectCreator creator;
    private readonly ObjectUpdater updater;
    private readonly ObjectDeleter deleter;
    private readonly string caPem;
    private readonly TimeProvider clock;
    private readonly BackgroundQueue<string> queue;
    private readonly WriteContext context = WriteContext.Internal("kube-controller-manager");

    public NamespaceController(
        ResourceRegistry registry,
        ObjectDatabase database,
        ObjectCreator creator,
        ObjectUpdater updater,
        ObjectDeleter deleter,
        string caPem,
        TimeProvider clock,
        ILogger logger
    )
    {
        this.registry = registry;
        this.creator = creator;
        this.updater = updater;
        this.deleter = deleter;
        this.caPem = caPem;
        this.clock = clock;
        namespaces = database.Find(new("", "namespaces"))!;
        queue = new("namespaces", ProcessAsync, clock, logger);
        namespaces.OnChange(
            (_, change) =>
            {
                // At once, so that the first pod in a new namespace finds its account.
                if (database.IsRestoring)
                {
                    queue.Add(change.Object.Key.Name);
                }
                else if (change.Type == ChangeType.Added)
                {
                    Furnish(change.Object.Key.Name);
                }
                else if (change is { Type: ChangeType.Modified, Object.Deleting: true, Previous.Deleting: false })
                {
                    queue.Add(change.Object.Key.Name);
                }
            }
        );
        database.OnChange(OnContent);
    }

    public Task RunAsync(CancellationToken cancellationToken) => queue.RunAsync(cancellationToken);

    private void OnContent(ResourceStore store, Change change)
    {
        if (change.Type != ChangeType.Deleted || change.Object.Key.Namespace.Length == 0)
        {
            return;
        }

        var key = change.Object.Key;
        var furniture =
            (store.Resource is { Group: "", Resource: "serviceaccounts" } && key.Name == "default")
            || (store.Resource is { Group: "", Resource: "configmaps" } && key.Name == CaConfigMap);
        if (furniture || namespaces.Find(new("", key.Namespace)) is { Deleting: true })
        {
            queue.Add(key.Namespace);
        }
    }

    private async Task<bool> ProcessAsync(string name, CancellationToken cancellationToken)
    {
        var found = namespaces.Find(new("", name));
        if (found is null)
        {
            return true;
        }

        if (!found.Deleting)
        {
            Furnish(name);
            return true;
        }

        var progress = await EmptyAsync(name, cancellationToken);
        Tell(name, progress);
        if (!progress.IsEmpty)
        {
            // What is left has finalizers or runs on a node: its end brings this namespace back here. What could not be
            // deleted is tried again.
            return !progress.HasFailed;
        }

        updater.Update(
            registry.Find("", "v1", "namespaces")!,
            new("", name),
            "finalize",
            old =>
            {
                var next = (JsonObject)old.DeepClone();
                var finalizers = next.Obj("spec").Strings("finalizers");
                finalizers.Remove(NamespaceStrategy.Finalizer);
                next.Ensure("spec")["finalizers"] = finalizers.ToJsonArray();
                return new Changed(next, Tracked: true);
            },
            context
        );
        return true;
    }

    /// <summary>Deletes what can be deleted.</summary>
    private async Task<NamespaceProgress> EmptyAsync(string name, CancellationToken cancellationToken)
    {
        var progress = new NamespaceProgress();
        foreach (var resource in registry.PerStore.Where(resource => resource.Namespaced))
        {
            if (resource.Store.TakeSnapshot().Select(name, null).Any(item => !item.Deleting))
            {
                try
                {
                    await deleter.DeleteAllAsync(
                        resource,
                        resource.Store.TakeSnapshot().Select(name, null),
                        DeleteOptions.Default,
                        WriteContext.Controller("namespace-controller", cancellationToken)
                    );
                }
                catch (ApiException e)
                {
                    progress.Fail(e.Message);
                }
            }

            progress.Remain(resource, [.. resource.Store.TakeSnapshot().Select(name, null)]);
        }

        return progress;
    }

    private void Tell(string name, NamespaceProgress progress)
    {
        try
        {
            updater.Update(
                registry.Find("", "v1", "namespaces")!,
                new("", name),
                "status",
                old =>
                {
                    var next = (JsonObject)old.DeepClone();
                    var status = next.Ensure("status");
                    status["conditions"] = progress.Conditions(status.Arr("conditions"), clock.GetUtcNow());
                    return new Changed(next, Tracked: true);
                },
                context
            );
        }
        catch (ApiException e) when (e.Code == 404)
        {
            // Gone meanwhile.
        }
    }

    private void Furnish(string @namespace)
    {
        Ensure(
            "serviceaccounts",
            @namespace,
            new()
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ServiceAccount",
                ["metadata"] = new JsonObject { ["name"] = "default" },
            }
        );
        Ensure(
            "configmaps",
            @namespace,
            new()
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = new JsonObject
                {
                    ["name"] = CaConfigMap,
                    ["annotations"] = new JsonObject
                    {
                        ["kubernetes.io/description"] =
                            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
                    },
                },
                ["data"] = new JsonObject { ["ca.crt"] = caPem },
            }
        );
    }

    private void Ensure(string plural, string @namespace, JsonObject value)
    {
        var resource = registry.Find("", "v1", plural)!;
        if (resource.Store.Find(new(@namespace, value.Metadata().Str("name")!)) is not null)
        {
            return;
        }

        try
        {
            creator.Create(resource, @namespace, value, context);
        }
        catch (ApiException e) when (e.Code is 409 or 404 or 403)
        {
            // There already, or the namespace went meanwhile.
        }
    }
}
