using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using AdmissionRequest = LocalCluster.ApiServer.Admission.AdmissionRequest;

namespace LocalCluster.ApiServer.Objects;

/// <summary>Deletes objects: at once, or by a deletionTimestamp while finalizers or a node's grace period hold them.</summary>
internal sealed class ObjectDeleter(ObjectPipeline pipeline)
{
    public const string OrphanFinalizer = "orphan";
    public const string ForegroundFinalizer = "foregroundDeletion";

    /// <summary>Deletes one object.</summary>
    public async ValueTask<Deleted> DeleteAsync(
        ApiResource resource,
        ObjectKey key,
        DeleteOptions options,
        WriteContext context
    )
    {
        while (true)
        {
            var current = resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, key.Name);
            CheckPreconditions(resource, current, options);
            var request = new AdmissionRequest
            {
                Resource = resource,
                Operation = AdmissionRequest.Delete,
                Key = key,
                Old = ObjectPipeline.Serve(resource, current),
                Context = context,
                Deletion = options,
            };
            await pipeline.MutateAsync(request);
            await pipeline.AdmitAsync(request);
            if (TryDelete(resource, current, options) is { } deleted)
            {
                return deleted;
            }
        }
    }

    /// <summary>Deletes objects; those that are gone already are as good as deleted.</summary>
    public async ValueTask DeleteAllAsync(
        ApiResource resource,
        IEnumerable<StoredObject> items,
        DeleteOptions options,
        WriteContext context
    )
    {
        foreach (var item in items)
        {
            try
            {
                await DeleteAsync(resource, item.Key, options, context);
            }
            catch (ApiException e) when (e.Code == 404)
            {
                // Somebody else was faster.
            }
        }
    }

    /// <summary>True when an object that is to be deleted has nothing left that holds it.</summary>
    public static bool IsReadyToGo(ApiResource resource, JsonObject value)
    {
        var metadata = value.Metadata();
        return metadata["deletionTimestamp"] is not null
            && metadata.Arr("finalizers") is not { Count: > 0 }
            && (metadata.Long("deletionGracePeriodSeconds") ?? 0) == 0
            && !resource.Strategy.HoldsDeletion(value);
    }

    private Deleted? TryDelete(ApiResource resource, StoredObject current, DeleteOptions options)
    {
        var value = current.ToJson();
        var metadata = value.Metadata();
        SetPropagation(metadata, options.Propagation);
        var grace = GracePeriod(resource, value, options);
        var held = metadata.Arr("finalizers") is { Count: > 0 } || resource.Strategy.HoldsDeletion(value);
        if (!held && grace == 0)
        {
            return Remove(resource, current, value, options);
        }

        var begins = metadata["deletionTimestamp"] is null;
        if (begins)
        {
            metadata["deletionTimestamp"] = KubernetesTime.Format(pipeline.Now.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
            if (metadata.Long("generation") is { } generation)
            {
                metadata["generation"] = generation + 1;
            }

            resource.Strategy.OnDeletionBegins(value);
        }
        else if (grace < (metadata.Long("deletionGracePeriodSeconds") ?? 0))
        {
            metadata["deletionTimestamp"] = KubernetesTime.Format(pipeline.Now.AddSeconds(grace));
            metadata["deletionGracePeriodSeconds"] = grace;
        }

        if (options.DryRun)
        {
            // Finalizers do not run, so none holds the object.
            return new(current, Gone: true);
        }

        if (ObjectPipeline.IsSame(value, current.ToJson()))
        {
            return new(current, Gone: false);
        }

        return resource.Store.TryWrite(current.Key, current, value) is { } written ? new(written, Gone: false) : null;
    }

    private static Deleted? Remove(ApiResource resource, StoredObject current, JsonObject value, DeleteOptions options)
    {
        if (options.DryRun)
        {
            return new(current, Gone: true);
        }

        return resource.Store.TryRemove(current, value) is { } last ? new(last, Gone: true) : null;
    }

    private static void SetPropagation(JsonObject metadata, Propagation? propagation)
    {
        if (propagation is null)
        {
            return;
        }

        var finalizers = metadata.Strings("finalizers");
        finalizers.Remove(OrphanFinalizer);
        finalizers.Remove(ForegroundFinalizer);
        if (propagation == Propagation.Orphan)
        {
            finalizers.Add(OrphanFinalizer);
        }
        else if (propagation == Propagation.Foreground)
        {
            finalizers.Add(ForegroundFinalizer);
        }

        if (finalizers.Count == 0)
        {
            metadata.Remove("finalizers");
        }
        else
        {
            metadata["finalizers"] = finalizers.ToJsonArray();
        }
    }

    private static long GracePeriod(ApiResource resource, JsonObject value, DeleteOptions options)
    {
        if (resource.Strategy.DefaultGracePeriod(value) is not { } own)
        {
            return 0;
        }

        var wanted = Math.Max(0, options.GracePeriodSeconds ?? own);
        return value.Metadata().Long("deletionGracePeriodSeconds") is { } before ? Math.Min(before, wanted) : wanted;
    }

    private static void CheckPreconditions(ApiResource resource, StoredObject current, DeleteOptions options)
    {
        if (options.Uid is { } uid && uid != current.Uid)
        {
            throw ApiException.Conflict(
                new(resource.Group, resource.Kind),
                current.Key.Name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({current.Uid}). The object might have been deleted and then recreated"
            );
        }

        var version = current.ResourceVersion.ToString(CultureInfo.InvariantCulture);
        if (options.ResourceVersion is { } wanted && wanted != version)
        {
            throw ApiException.Conflict(
                new(resource.Group, resource.Kind),
                current.Key.Name,
                $"the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({version}). The object might have been modified"
            );
        }
    }
}

/// <summary>What a delete did.</summary>
/// <param name="Object">The object's last state.</param>
/// <param name="Gone">False while finalizers or a grace period hold it.</param>
internal sealed record Deleted(StoredObject Object, bool Gone);
