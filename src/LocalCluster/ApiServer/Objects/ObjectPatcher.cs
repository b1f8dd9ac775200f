using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Http;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Patching;

namespace LocalCluster.ApiServer.Objects;

/// <summary>Applies the four kinds of patches.</summary>
internal sealed class ObjectPatcher(ObjectPipeline pipeline, ObjectCreator creator, ObjectUpdater updater)
{
    public const string JsonPatchType = "application/json-patch+json";
    public const string MergePatchType = "application/merge-patch+json";
    public const string StrategicPatchType = "application/strategic-merge-patch+json";
    public const string ApplyPatchType = "application/apply-patch+yaml";

    /// <summary>Patches an object, or a subresource of it.</summary>
    /// <returns>The object, and whether an apply made it.</returns>
    public (StoredObject Object, bool Created) Patch(
        ApiResource resource,
        ObjectKey key,
        string? subresource,
        string mediaType,
        byte[] body,
        WriteContext context
    )
    {
        switch (mediaType)
        {
            case JsonPatchType:
                var operations = ParseOperations(body);
                return (
                    Change(resource, key, subresource, old => JsonPatch.Apply(old, operations) as JsonObject, context),
                    false
                );
            case MergePatchType:
                var merge = RequestBody.Json(body, WriteContexts.OnDuplicate(context));
                return (
                    Change(resource, key, subresource, old => MergePatch.Apply(old, merge) as JsonObject, context),
                    false
                );
            case StrategicPatchType when resource.IsCustom:
                throw ApiException.UnsupportedMediaType(JsonPatchType, MergePatchType, ApplyPatchType);
            case StrategicPatchType:
                var strategic = RequestBody.Json(body, WriteContexts.OnDuplicate(context));
                return (
                    Change(
                        resource,
                        key,
                        subresource,
                        old => StrategicMergePatch.Apply(old, strategic, resource.Merge),
                        context
                    ),
                    false
                );
            case ApplyPatchType:
                return Apply(
                    resource,
                    key,
                    subresource,
                    RequestBody.Yaml(body, WriteContexts.OnDuplicate(context)),
                    context
                );
            default:
                throw ApiException.UnsupportedMediaType(
                    resource.IsCustom
                        ? [JsonPatchType, MergePatchType, ApplyPatchType]
                        : [JsonPatchType, MergePatchType, StrategicPatchType, ApplyPatchType]
                );
        }
    }

    private StoredObject Change(
        ApiResource resource,
        ObjectKey key,
        string? subresource,
        Func<JsonObject, JsonObject?> patch,
        WriteContext context
    ) =>
        updater.Update(
            resource,
            key,
            subresource,
            old =>
            {
                try
                {
                    return new Changed(
                        patch(old) ?? throw ApiException.BadRequest("the patched object is no JSON object"),
                        Tracked: false
                    );
                }
                catch (PatchException e)
                {
                    throw e.Failure == PatchFailure.Malformed
                        ? ApiException.BadRequest(e.Message)
                        : new ApiException(
                            422,
                            "Invalid",
                            $"the server rejected our request due to an error in our request: {e.Message}",
                            new JsonObject()
                        );
                }
            },
            context
        );

    private (StoredObject Object, bool Created) Apply(
        ApiResource resource,
        ObjectKey key,
        string? subresource,
        JsonObject intent,
        WriteContext context
    )
    {
        CheckIntent(resource, key, intent);
        while (true)
        {
            if (resource.Store.Find(key) is null)
            {
                if (subresource is not null)
                {
                    throw ApiException.NotFound(resource.GroupResource, key.Name);
                }

                if (
                    intent.Metadata().Str("uid") is { Length: > 0 }
                    || intent.Metadata().Str("resourceVersion") is { Length: > 0 }
                )
                {
                    throw ApiException.NotFound(resource.GroupResource, key.Name);
                }

                try
                {
                    var made = Merge(resource, live: null, intent, subresource, context)!.Value.Value;
                    return (creator.CreateApplied(resource, key.Namespace, made, context), true);
                }
                catch (ApiException e) when (e is { Code: 409, Reason: "AlreadyExists" })
                {
                    continue;
                }
            }

            return (
                updater.Update(
                    resource,
                    key,
                    subresource,
                    old => Merge(resource, old, intent, subresource, context),
                    context
                ),
                false
            );
        }
    }

    private Changed? Merge(
        ApiResource resource,
        JsonObject? live,
        JsonObject intent,
        string? subresource,
        WriteContext context
    )
    {
        var result = ServerSideApply.Apply(
            live,
            (JsonObject)intent.DeepClone(),
            context.FieldManager,
            context.Force,
            resource.Merge,
            resource.ApiVersion,
            subresource,
            pipeline.Now,
            ObjectPipeline.Scope(resource, subresource)
        );
        switch (result)
        {
            case ApplyResult.Merged { Changed: false } when live is not null:
                return null;
            case ApplyResult.Merged merged:
                return new Changed((JsonObject)merged.Object.DeepClone(), Tracked: true);
            case ApplyResult.Conflicting conflicting:
                var causes = new JsonArray();
                foreach (var conflict in conflicting.Conflicts)
                {
                    causes.Add(
                        (JsonNode)
                            new JsonObject
                            {
                                ["reason"] = "FieldManagerConflict",
                                ["message"] = conflict.Message,
                                ["field"] = conflict.Field,
                            }
                    );
                }

                throw ApiException.ApplyConflict(conflicting.Message, causes);
            case ApplyResult.Misfit misfit:
                throw new ApiException(500, "", misfit.Message);
            default:
                throw new InvalidOperationException("unknown result of an apply");
        }
    }

    private void CheckIntent(ApiResource resource, ObjectKey key, JsonObject intent)
    {
        if (string.IsNullOrEmpty(intent.Str("apiVersion")) || string.IsNullOrEmpty(intent.Str("kind")))
        {
            throw ApiException.BadRequest("apply patches must name apiVersion and kind");
        }

        pipeline.CheckType(resource, intent);
        BodyShape.Check(intent, resource);
        var metadata = intent.Metadata();
        if (metadata.Str("name") is { Length: > 0 } name && name != key.Name)
        {
            throw ApiException.BadRequest(
                $"the name of the object ({name}) does not match the name on the URL ({key.Name})"
            );
        }

        metadata["name"] = key.Name;
        if (!resource.Namespaced)
        {
            return;
        }

        if (metadata.Str("namespace") is { Length: > 0 } given && given != key.Namespace)
        {
            throw ApiException.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the request"
            );
        }

        metadata["namespace"] = key.Namespace;
    }

    private static JsonArray ParseOperations(byte[] body)
    {
        try
        {
            return JsonReading.Parse(body) as JsonArray
                ?? throw ApiException.BadRequest("a JSON patch is a list of operations");
        }
        catch (System.Text.Json.JsonException e)
        {
            throw ApiException.BadRequest($"error decoding patch: {e.Message}");
        }
    }
}
