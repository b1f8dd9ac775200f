using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Objects;

/// <summary>Creates objects.</summary>
internal sealed class ObjectCreator(ObjectPipeline pipeline, ResourceStore namespaces)
{
    /// <summary>Creates an object from a body, which becomes the object.</summary>
    /// <exception cref="ApiException">The body is not good, the name is taken, the namespace is not there.</exception>
    public StoredObject Create(ApiResource resource, string @namespace, JsonObject value, WriteContext context)
    {
        pipeline.CheckType(resource, value);
        BodyShape.Check(value, resource);
        var metadata = value.Metadata();
        PlaceInNamespace(resource, metadata, @namespace);
        if (metadata.Str("resourceVersion") is { Length: > 0 })
        {
            throw new ApiException(500, "", "resourceVersion should not be set on objects to be created");
        }

        CheckNamespace(resource, @namespace, metadata.Str("name") ?? "");
        ObjectMetadata.Begin(value, resource, pipeline.Now);
        if (resource.HasStatus)
        {
            value.Remove("status");
        }

        pipeline.Normalize(resource, value, context);
        resource.Strategy.PrepareForCreate(value);
        pipeline.Validate(resource, value, old: null, subresource: null, context);
        pipeline.Track(resource, old: null, value, subresource: null, context);
        return Insert(resource, @namespace, value, context);
    }

    /// <summary>Stores an object that an apply made out of nothing; its managedFields are already set.</summary>
    public StoredObject CreateApplied(ApiResource resource, string @namespace, JsonObject value, WriteContext context)
    {
        var metadata = value.Metadata();
        PlaceInNamespace(resource, metadata, @namespace);
        CheckNamespace(resource, @namespace, metadata.Str("name") ?? "");
        ObjectMetadata.Begin(value, resource, pipeline.Now);
        if (resource.HasStatus)
        {
            value.Remove("status");
        }

        pipeline.Normalize(resource, value, context);
        resource.Strategy.PrepareForCreate(value);
        pipeline.Validate(resource, value, old: null, subresource: null, context);
        return Insert(resource, @namespace, value, context);
    }

    private static StoredObject Insert(ApiResource resource, string @namespace, JsonObject value, WriteContext context)
    {
        var key = new ObjectKey(@namespace, value.Metadata().Str("name") ?? "");
        var stored = ObjectPipeline.Stored(resource, value);
        if (context.DryRun)
        {
            return resource.Store.Find(key) is null ? StoredObject.Unversioned(key, stored) : throw Taken();
        }

        return resource.Store.TryWrite(key, expected: null, stored) ?? throw Taken();

        ApiException Taken() =>
            ApiException.AlreadyExists(
                resource.GroupResource,
                key.Name,
                resource.Store.Find(key)?.Deleting == true ? "object is being deleted: " : ""
            );
    }

    private static void PlaceInNamespace(ApiResource resource, JsonObject metadata, string @namespace)
    {
        if (!resource.Namespaced)
        {
            metadata.Remove("namespace");
            return;
        }

        if (metadata.Str("namespace") is { Length: > 0 } given && given != @namespace)
        {
            throw ApiException.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request"
            );
        }

        metadata["namespace"] = @namespace;
    }

    private void CheckNamespace(ApiResource resource, string @namespace, string name)
    {
        if (!resource.Namespaced)
        {
            return;
        }

        var found =
            namespaces.Find(new("", @namespace)) ?? throw ApiException.NotFound(new("", "namespaces"), @namespace);
        if (found.Deleting)
        {
            var details = new JsonObject { ["name"] = name };
            if (resource.Group.Length > 0)
            {
                details["group"] = resource.Group;
            }

            details["kind"] = resource.Plural;
            details["causes"] = new JsonArray(
                new JsonObject
                {
                    ["reason"] = "NamespaceTerminating",
                    ["message"] = $"namespace {@namespace} is being terminated",
                    ["field"] = "metadata.namespace",
                }
            );
            throw new ApiException(
                403,
                "Forbidden",
                $"{resource.GroupResource} \"{name}\" is forbidden: unable to create new content in namespace {@namespace} because it is being terminated",
                details
            );
        }
    }
}
