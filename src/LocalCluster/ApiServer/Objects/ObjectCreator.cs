using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using AdmissionRequest = LocalCluster.ApiServer.Admission.AdmissionRequest;

namespace LocalCluster.ApiServer.Objects;

/// <summary>Creates objects.</summary>
internal sealed class ObjectCreator(ObjectPipeline pipeline, ResourceStore namespaces)
{
    /// <summary>Creates an object from a body, which becomes the object.</summary>
    /// <exception cref="ApiException">The body is not good, the name is taken, the namespace is not there, or admission says no.</exception>
    public ValueTask<StoredObject> CreateAsync(
        ApiResource resource,
        string @namespace,
        JsonObject value,
        WriteContext context
    )
    {
        Begin(resource, @namespace, value, context);
        return AdmitAsync(resource, @namespace, value, context);
    }

    /// <summary>Creates an object of the server's own, which nobody is asked about.</summary>
    public StoredObject Create(ApiResource resource, string @namespace, JsonObject value, WriteContext context)
    {
        Begin(resource, @namespace, value, context);
        Finish(resource, value, context);
        return Insert(resource, @namespace, value, context);
    }

    /// <summary>Stores an object that an apply made out of nothing; its managedFields are already set.</summary>
    public ValueTask<StoredObject> CreateAppliedAsync(
        ApiResource resource,
        string @namespace,
        JsonObject value,
        WriteContext context
    )
    {
        var metadata = value.Metadata();
        PlaceInNamespace(resource, metadata, @namespace);
        CheckNamespace(resource, @namespace, metadata.Str("name") ?? "");
        Prepare(resource, value, context);
        return AdmitAsync(resource, @namespace, value, context);
    }

    private void Begin(ApiResource resource, string @namespace, JsonObject value, WriteContext context)
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
        Prepare(resource, value, context);
        pipeline.Track(resource, old: null, value, subresource: null, context);
    }

    private void Prepare(ApiResource resource, JsonObject value, WriteContext context)
    {
        ObjectMetadata.Begin(value, resource, pipeline.Now);
        if (resource.HasStatus)
        {
            value.Remove("status");
        }

        pipeline.Normalize(resource, value, context);
    }

    private void Finish(ApiResource resource, JsonObject value, WriteContext context)
    {
        resource.Strategy.PrepareForCreate(value);
        pipeline.Validate(resource, value, old: null, subresource: null, context);
    }

    private async ValueTask<StoredObject> AdmitAsync(
        ApiResource resource,
        string @namespace,
        JsonObject value,
        WriteContext context
    )
    {
        var request = new AdmissionRequest
        {
            Resource = resource,
            Operation = AdmissionRequest.Create,
            Key = new(@namespace, value.Metadata().Str("name") ?? ""),
            Value = value,
            Context = context,
        };
        if (await pipeline.MutateAsync(request))
        {
            // What came in between is held to the same shape, but its author is not the one who asks.
            pipeline.CheckType(resource, value);
            BodyShape.Check(value, resource);
            PlaceInNamespace(resource, value.Metadata(), @namespace);
            pipeline.Normalize(resource, value, context with { Validation = FieldValidation.Ignore });
        }

        Finish(resource, value, context);
        await pipeline.AdmitAsync(request);
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
