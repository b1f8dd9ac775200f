using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Schema;
using AdmissionRequest = LocalCluster.ApiServer.Admission.AdmissionRequest;

namespace LocalCluster.ApiServer.Objects;

/// <summary>Replaces and changes objects that are there.</summary>
internal sealed class ObjectUpdater(ObjectPipeline pipeline)
{
    private const int Attempts = 20;

    /// <summary>Replaces an object, or its status, by a body.</summary>
    public ValueTask<StoredObject> ReplaceAsync(
        ApiResource resource,
        ObjectKey key,
        string? subresource,
        JsonObject body,
        WriteContext context
    )
    {
        pipeline.CheckType(resource, body);
        BodyShape.Check(body, resource);
        CheckNamed(key, body.Metadata());
        var present = resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, key.Name);
        CheckUid(resource, present, body.Metadata());

        if (
            body.Metadata().Str("resourceVersion") is not { Length: > 0 }
            && !resource.Strategy.AllowsUnconditionalUpdate
        )
        {
            throw ApiException.Invalid(
                resource.Group,
                resource.Plural,
                key.Name,
                [
                    new(
                        "FieldValueInvalid",
                        "metadata.resourceVersion",
                        "Invalid value: 0: must be specified for an update"
                    ),
                ]
            );
        }

        return UpdateAsync(resource, key, subresource, _ => new((JsonObject)body.DeepClone(), Tracked: false), context);
    }

    /// <summary>
    /// Changes an object: reads it, changes it, writes it, and again when somebody else was faster. The change makes the
    /// new object out of the present one, which it must not touch; null leaves it.
    /// </summary>
    public async ValueTask<StoredObject> UpdateAsync(
        ApiResource resource,
        ObjectKey key,
        string? subresource,
        Func<JsonObject, Changed?> change,
        WriteContext context
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (Begin(resource, key, subresource, change, context, out var current) is not { } write)
            {
                return current;
            }

            var request = new AdmissionRequest
            {
                Resource = resource,
                Subresource = subresource,
                Operation = AdmissionRequest.Update,
                Key = key,
                Value = write.Value,
                Old = write.Old,
                Context = context,
            };
            if (await pipeline.MutateAsync(request))
            {
                write = write with { Value = Again(resource, write, subresource, context) };
                request = request with { Value = write.Value };
            }

            Finish(resource, write, subresource, context);
            await pipeline.AdmitAsync(request);
            if (Write(resource, write, context) is { } written)
            {
                return written;
            }
        }

        throw ApiException.Modified(resource.GroupResource, key.Name);
    }

    /// <summary>As <see cref="UpdateAsync"/>, for a change of the server's own, which nobody is asked about.</summary>
    public StoredObject Update(
        ApiResource resource,
        ObjectKey key,
        string? subresource,
        Func<JsonObject, Changed?> change,
        WriteContext context
    )
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (Begin(resource, key, subresource, change, context, out var current) is not { } write)
            {
                return current;
            }

            Finish(resource, write, subresource, context);
            if (Write(resource, write, context) is { } written)
            {
                return written;
            }
        }

        throw ApiException.Modified(resource.GroupResource, key.Name);
    }

    private Pending? Begin(
        ApiResource resource,
        ObjectKey key,
        string? subresource,
        Func<JsonObject, Changed?> change,
        WriteContext context,
        out StoredObject current
    )
    {
        current = resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, key.Name);
        var old = ObjectPipeline.Serve(resource, current);
        if (change(old) is not { } changed)
        {
            return null;
        }

        var value = changed.Value;
        pipeline.CheckType(resource, value, isPatch: context.IsPatch);
        CheckShape(resource, value, context);
        CheckIdentity(current.Key, value.Metadata());
        CheckVersion(resource, current, value.Metadata());
        ObjectMetadata.CheckImmutable(value, old, resource);
        ObjectMetadata.Keep(value, old);
        value = Confine(resource, value, old, subresource);
        pipeline.Normalize(resource, value, context);
        if (subresource is null)
        {
            resource.Strategy.PrepareForUpdate(value, old);
        }

        if (!changed.Tracked)
        {
            pipeline.Track(resource, old, value, subresource, context);
        }

        return new(current, old, value);
    }

    /// <summary>Holds what somebody else made of a value to what the writer may do.</summary>
    private JsonObject Again(ApiResource resource, Pending write, string? subresource, WriteContext context)
    {
        pipeline.CheckType(resource, write.Value);
        BodyShape.Check(write.Value, resource);
        ObjectMetadata.CheckImmutable(write.Value, write.Old, resource);
        ObjectMetadata.Keep(write.Value, write.Old);
        var value = Confine(resource, write.Value, write.Old, subresource);
        pipeline.Normalize(resource, value, context with { Validation = FieldValidation.Ignore });
        if (subresource is null)
        {
            resource.Strategy.PrepareForUpdate(value, write.Old);
        }

        return value;
    }

    private void Finish(ApiResource resource, Pending write, string? subresource, WriteContext context)
    {
        if (resource.Strategy.HasGeneration && !ObjectPipeline.SameSpec(resource, write.Value, write.Old))
        {
            write.Value.Metadata()["generation"] = (write.Old.Metadata().Long("generation") ?? 0) + 1;
        }

        pipeline.Validate(resource, write.Value, write.Old, subresource, context);
    }

    /// <summary>Null when somebody else was faster.</summary>
    private static StoredObject? Write(ApiResource resource, Pending write, WriteContext context)
    {
        var (current, value) = (write.Current, write.Value);
        if (ObjectPipeline.IsSame(value, write.Old))
        {
            return current;
        }

        var gone = ObjectDeleter.IsReadyToGo(resource, value);
        var stored = ObjectPipeline.Stored(resource, value);
        if (context.DryRun)
        {
            return StoredObject.Freeze(current.Key, stored, current.ResourceVersion, resource.Store.SelectableFields);
        }

        if (!gone)
        {
            return resource.Store.TryWrite(current.Key, current, stored);
        }

        // The last write is never stored: watchers see the object as it was, the writer what it would have become.
        return resource.Store.TryRemove(current, current.ToJson()) is null
            ? null
            : StoredObject.Freeze(current.Key, stored, current.ResourceVersion, resource.Store.SelectableFields);
    }

    /// <summary>A writer of the object cannot change its status; a writer of the status nothing else.</summary>
    private static JsonObject Confine(ApiResource resource, JsonObject value, JsonObject old, string? subresource)
    {
        if (!resource.HasStatus || subresource is not (null or "status"))
        {
            return value;
        }

        if (subresource is null)
        {
            SetOrRemove(value, "status", old["status"]?.DeepClone());
            return value;
        }

        var result = (JsonObject)old.DeepClone();
        SetOrRemove(result, "status", value["status"]?.DeepClone());
        SetOrRemove(result.Metadata(), "managedFields", value.Metadata()["managedFields"]?.DeepClone());
        return result;
    }

    private static void SetOrRemove(JsonObject value, string name, JsonNode? node)
    {
        if (node is null)
        {
            value.Remove(name);
        }
        else
        {
            value[name] = node;
        }
    }

    /// <summary>What a patch made is decoded like a body, and shown when it cannot be.</summary>
    private static void CheckShape(ApiResource resource, JsonObject value, WriteContext context)
    {
        var body = context.IsPatch ? value.ToJsonString() : "";
        try
        {
            BodyShape.Check(value, resource);
        }
        catch (ApiException e) when (context.IsPatch && e.Code == 400)
        {
            var prefix = GoDecoding.Prefix(new(resource.Group, resource.Version, resource.Kind));
            var why = resource.IsCustom ? e.Message.Replace(prefix, "", StringComparison.Ordinal) : e.Message;
            throw ApiException.Invalid("", "", "", [FieldIssue.Invalid("patch", body, why)]);
        }
    }

    /// <summary>Where a real server keeps the object: part of a message.</summary>
    private static string StorageKey(ApiResource resource, ObjectKey key) =>
        "/registry/"
        + (resource.IsCustom ? $"{resource.Group}/" : "")
        + $"{resource.Plural}/"
        + (resource.Namespaced ? $"{key.Namespace}/" : "")
        + key.Name;

    /// <summary>A body must be of the object that the URL names.</summary>
    public static void CheckIdentity(ObjectKey key, JsonObject metadata)
    {
        if (metadata.Str("name") is { Length: > 0 } name && name != key.Name)
        {
            throw ApiException.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({key.Name})"
            );
        }

        if (key.Namespace.Length > 0 && metadata.Str("namespace") is { Length: > 0 } given && given != key.Namespace)
        {
            throw ApiException.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request"
            );
        }
    }

    /// <summary>As <see cref="CheckIdentity"/>, of a body that must say its name.</summary>
    public static void CheckNamed(ObjectKey key, JsonObject metadata)
    {
        if (metadata.Str("name") is not { Length: > 0 })
        {
            throw ApiException.BadRequest(
                $"the name of the object ({key.Name} based on URL) was undeterminable: name must be provided"
            );
        }

        CheckIdentity(key, metadata);
    }

    /// <summary>A body that tells a uid is of that object, not of another that has its name.</summary>
    public static void CheckUid(ApiResource resource, StoredObject present, JsonObject metadata)
    {
        if (metadata.Str("uid") is { Length: > 0 } uid && uid != present.Uid)
        {
            throw ApiException.Conflict(
                resource.GroupResource,
                present.Key.Name,
                $"StorageError: invalid object, Code: 4, Key: {StorageKey(resource, present.Key)}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: {uid}, UID in object meta: {present.Uid}"
            );
        }
    }

    private static void CheckVersion(ApiResource resource, StoredObject current, JsonObject metadata)
    {
        if (metadata.Str("resourceVersion") is { Length: > 0 } text && !ulong.TryParse(text, out _))
        {
            throw new ApiException(500, "", $"strconv.ParseUint: parsing {FieldError.Quote(text)}: invalid syntax");
        }

        if (
            metadata.Str("resourceVersion") is { Length: > 0 } version
            && version != current.ResourceVersion.ToString(CultureInfo.InvariantCulture)
        )
        {
            throw ApiException.Modified(resource.GroupResource, current.Key.Name);
        }
    }
}

/// <summary>A write under way.</summary>
internal sealed record Pending(StoredObject Current, JsonObject Old, JsonObject Value);

/// <summary>A new state of an object.</summary>
/// <param name="Value">The object.</param>
/// <param name="Tracked">Its managedFields already tell of the change.</param>
internal readonly record struct Changed(JsonObject Value, bool Tracked);
