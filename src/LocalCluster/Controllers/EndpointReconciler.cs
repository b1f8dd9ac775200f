using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Controllers;

namespace LocalCluster.Controllers;

/// <summary>Keeps Endpoints and EndpointSlices of Services equal to the pods that they select, or to what a user wrote.</summary>
internal sealed class EndpointReconciler(IKubernetesClient client, Store<Service> services, Store<Pod> pods)
    : IReconciler<ObjectKey>
{
    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var service = services.Find(key);
        if (service?.Spec is not { } spec || service.Metadata.DeletionTimestamp is not null)
        {
            await RemoveAsync(key, cancellationToken);
            return ReconcileResult.Done;
        }

        if (spec.Type == "ExternalName")
        {
            return ReconcileResult.Done;
        }

        IReadOnlyList<EndpointSlice> slices;
        if (spec.Selector is { Count: > 0 })
        {
            var plan = EndpointPlan.Build(service, pods.List());
            await WriteAsync(EndpointObjects.ToEndpoints(service, plan), cancellationToken);
            slices = EndpointObjects.ToSlices(service, plan);
        }
        else
        {
            var endpoints = await client.FindAsync<Endpoints>(key, cancellationToken);
            slices = endpoints is null || IsNotMirrored(endpoints) ? [] : EndpointObjects.Mirror(service, endpoints);
        }

        // Servers before Kubernetes 1.21 have no slices in v1.
        if (await client.DiscoverAsync("discovery.k8s.io/v1", "EndpointSlice", cancellationToken) is not null)
        {
            await WriteSlicesAsync(key, slices, cancellationToken);
        }

        return ReconcileResult.Done;
    }

    private static bool IsNotMirrored(Endpoints endpoints) =>
        endpoints.Metadata.Labels?.GetValueOrDefault("endpointslice.kubernetes.io/skip-mirror") == "true"
        || endpoints.Metadata.Annotations?.ContainsKey("control-plane.alpha.kubernetes.io/leader") == true;

    private async Task WriteSlicesAsync(
        ObjectKey key,
        IReadOnlyList<EndpointSlice> wanted,
        CancellationToken cancellationToken
    )
    {
        var selector = new LabelSelector
        {
            MatchLabels = new Dictionary<string, string> { [EndpointObjects.ServiceLabel] = key.Name },
        };
        var existing = await client.ListAsync<EndpointSlice>(key.Namespace, selector, cancellationToken);
        foreach (var slice in wanted)
        {
            await WriteAsync(slice, cancellationToken);
        }

        foreach (var slice in existing.Where(e => IsOurs(e) && !wanted.Any(w => w.Key == e.Key)))
        {
            await client.DeleteAsync<EndpointSlice>(slice.Key, new DeleteRequest(), cancellationToken);
        }
    }

    private static bool IsOurs(EndpointSlice slice) =>
        slice.Metadata.Labels?.GetValueOrDefault(EndpointObjects.ManagedByLabel)
            is EndpointObjects.SliceManager
                or EndpointObjects.MirrorManager;

    private async Task RemoveAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        // What a user wrote stays; slices go with the Service that owns them.
        var endpoints = await client.FindAsync<Endpoints>(key, cancellationToken);
        if (
            endpoints?.Metadata.Labels?.GetValueOrDefault(EndpointObjects.EndpointsManagedByLabel)
            == EndpointObjects.EndpointsManager
        )
        {
            await client.DeleteAsync<Endpoints>(key, new DeleteRequest(), cancellationToken);
        }
    }

    private async Task WriteAsync<T>(T wanted, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var existing = await client.FindAsync<T>(wanted.Key, cancellationToken);
        if (existing is null)
        {
            await client.CreateAsync(wanted, new WriteOptions(), cancellationToken);
            return;
        }

        var (before, after) = (Body(existing), Body(wanted));
        if (JsonNode.DeepEquals(before, after))
        {
            return;
        }

        var metadata = existing.Metadata with
        {
            Labels = wanted.Metadata.Labels,
            OwnerReferences = wanted.Metadata.OwnerReferences ?? existing.Metadata.OwnerReferences,
        };
        await client.ReplaceAsync(wanted with { Metadata = metadata }, new WriteOptions(), cancellationToken);
    }

    /// <summary>What matters for the comparison: labels and everything but metadata; an empty list is the same as none.</summary>
    private static JsonObject Body<T>(T value)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var json = JsonSerializer.SerializeToNode(value, T.JsonTypeInfo)!.AsObject();
        json.Remove("apiVersion");
        json.Remove("kind");
        json["metadata"] = json["metadata"]?["labels"]?.DeepClone();
        foreach (var (name, _) in json.Where(p => p.Value is null or JsonArray { Count: 0 }).ToList())
        {
            json.Remove(name);
        }

        return json;
    }
}
