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
    public async ValueTask<(StoredObject Object, bool Created)> PatchAsync(
        ApiResource resource,
        ObjectKey key,
        string? subresource,
        string mediaType,
        byte[] body,
        WriteContext context
    )
    {
        if (mediaType == ApplyPatchType)
        {
            var intent = RequestBody.Yaml(body, WriteContexts.OnDuplicate(context));
            return await ApplyAsync(resource, key, subresource, intent, context);
        }

        var patch = Read(mediaType, body, resource.IsCustom, resource.Merge, context);
        var stored = await updater.UpdateAsync(
            resource,
            key,
            subresource,
            old => new Changed(patch(old), Tracked: false),
            context
        );
        return (stored, false);
    }

    /// <summary>Applies an intent to an object that is there: a server-side apply that makes nothing.</summary>
    /// <exception cref="ApiException">404: it is not there. Otherwise as any write.</exception>
    public ValueTask<StoredObject> ApplyThereAsync(
        ApiResource resource,
        ObjectKey key,
        JsonObject intent,
        WriteContext context
    ) =>
        updater.UpdateAsync(
            resource,
            key,
            subresource: null,
            old => Merge(resource, old, intent, subresource: null, context),
            context
        );

    /// <summary>Reads a patch that is no apply.</summary>
    /// <returns>What makes the new object of the present one, or throws what it does not fit.</returns>
    /// <exception cref="ApiException">400: unreadable. 415: no patch, or none that the kind takes.</exception>
    public static Func<JsonObject, JsonObject> Read(
        string mediaType,
        byte[] body,
        bool isCustom,
        MergeSchema schema,
        WriteContext context
    )
    {
        switch (mediaType)
        {
            case JsonPatchType:
                var operations = ParseOperations(body, context);
                return old => Patched(() => JsonPatch.Apply(old, operations));
            case MergePatchType:
                var merge = ParseMerge(body, context);
                return old => Patched(() => MergePatch.Apply(old, merge));
            case StrategicPatchType when !isCustom:
                var strategic = ParseMerge(body, context);
                return old => Patched(() => StrategicMergePatch.Apply(old, strategic, schema));
            default:
                throw ApiException.UnsupportedMediaType(
                    isCustom
                        ? [JsonPatchType, MergePatchType, ApplyPatchType]
                        : [JsonPatchType, MergePatchType, StrategicPatchType, ApplyPatchType]
                );
        }
    }

    private static JsonObject Patched(Func<JsonNode?> patch)
    {
        try
        {
            return patch() as JsonObject ?? throw ApiException.BadRequest("the patched object is no JSON object");
        }
        catch (PatchException e)
        {
            throw e.Failure switch
            {
                PatchFailure.Malformed => ApiException.BadRequest(e.Message),
                PatchFailure.Senseless => new ApiException(500, "", e.Message),
                _ => new ApiException(
                    422,
                    "Invalid",
                    "the server rejected our request due to an error in our request",
                    new JsonObject()
                ),
            };
        }
    }

    private async ValueTask<(StoredObject Object, bool Created)> ApplyAsync(
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

                intent.Metadata().Remove("resourceVersion");
                try
                {
                    var made = Merge(resource, live: null, intent, subresource, context)!.Value.Value;
                    CheckNew(resource, key, made.Metadata());
                    made.Metadata()["name"] = key.Name;
                    return (await creator.CreateAppliedAsync(resource, key.Namespace, made, context), true);
                }
                catch (ApiException e) when (e is { Code: 409, Reason: "AlreadyExists" })
                {
                    continue;
                }
            }

            return (
                await updater.UpdateAsync(
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

    /// <summary>Who names a uid means an object that is there.</summary>
    private static void CheckNew(ApiResource resource, ObjectKey key, JsonObject metadata)
    {
        if (metadata.Str("uid") is { Length: > 0 } uid)
        {
            throw ApiException.Conflict(
                resource.GroupResource,
                key.Name,
                $"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            );
        }
    }

    private static void CheckIntent(ApiResource resource, ObjectKey key, JsonObject intent)
    {
        var (apiVersion, kind) = (intent.Str("apiVersion") ?? "", intent.Str("kind") ?? "");
        if (apiVersion != resource.ApiVersion || kind != resource.Kind)
        {
            var gv = apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion : "/" + apiVersion;
            throw ApiException.BadRequest($"invalid object type: {gv}, Kind={kind}");
        }

        BodyShape.Check(intent, resource);
        if (intent.Metadata().Arr("managedFields") is { Count: > 0 })
        {
            throw ApiException.BadRequest("metadata.managedFields must be nil");
        }

        ObjectUpdater.CheckIdentity(key, intent.Metadata());
    }

    private static JsonArray ParseOperations(byte[] body, WriteContext context)
    {
        var value = RequestBody.Json(body);
        if (value is not JsonArray operations)
        {
            throw NotA(value, "[]handlers.jsonPatchOp");
        }

        for (var i = 0; i < operations.Count; i++)
        {
            context.Faults.AddRange(
                (operations[i] as JsonObject ?? [])
                    .Where(field => field.Key is not ("op" or "path" or "from" or "value"))
                    .Select(field => $"json patch unknown field \"[{i}].{field.Key}\"")
            );
        }

        return operations;
    }

    private static JsonObject ParseMerge(byte[] body, WriteContext context)
    {
        var value = RequestBody.Json(body, WriteContexts.OnDuplicate(context));
        return value as JsonObject ?? throw NotA(value, "map[string]interface {}");
    }

    private static ApiException NotA(JsonNode value, string type) =>
        ApiException.BadRequest(
            $"error decoding patch: json: cannot unmarshal {GoDecoding.Name(value)} into Go value of type {type}"
        );
}
