using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Patching;

namespace LocalCluster.ApiServer.Http;

/// <summary>The scale subresource: <c>autoscaling/v1 Scale</c>.</summary>
internal sealed class ScaleEndpoint(ObjectUpdater updater)
{
    public async Task AnswerAsync(HttpContext http, ApiResource resource, ObjectKey key, string verb, UserInfo user)
    {
        var mapping = resource.Scale!;
        if (verb == "get")
        {
            var stored = resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, key.Name);
            await Answers.JsonAsync(http, 200, View(resource, mapping, stored));
            return;
        }

        var context = WriteContexts.Read(http.Request, user);
        var change = await ReadAsync(http, verb);
        var written = updater.Update(
            resource,
            key,
            subresource: null,
            old => Scaled(resource, mapping, key, old, change),
            context
        );
        await Answers.JsonAsync(http, 200, View(resource, mapping, written));
    }

    private static Changed? Scaled(
        ApiResource resource,
        ScaleMapping mapping,
        ObjectKey key,
        JsonObject old,
        Func<JsonObject, JsonObject> change
    )
    {
        var wanted = change(View(resource, mapping, old));
        var replicas = wanted.Obj("spec").Long("replicas") ?? 0;
        if (replicas < 0)
        {
            throw ApiException.Invalid(
                "autoscaling",
                "Scale",
                key.Name,
                [FieldIssue.Invalid("spec.replicas", JsonValue.Create(replicas), "must be greater than or equal to 0")]
            );
        }

        var next = (JsonObject)old.DeepClone();
        var parent = next;
        foreach (var name in mapping.SpecReplicas[..^1])
        {
            parent = parent.Ensure(name);
        }

        parent[mapping.SpecReplicas[^1]] = replicas;
        if (wanted.Metadata().Str("resourceVersion") is { Length: > 0 } version)
        {
            next.Metadata()["resourceVersion"] = version;
        }

        return new(next, Tracked: false);
    }

    private static async Task<Func<JsonObject, JsonObject>> ReadAsync(HttpContext http, string verb)
    {
        if (verb == "update")
        {
            var body = await RequestBody.ReadObjectAsync(http, "Scale");
            return _ => body;
        }

        var bytes = await RequestBody.ReadAsync(http);
        var type = RequestBody.MediaType(http.Request);
        switch (type)
        {
            case ObjectPatcher.MergePatchType or ObjectPatcher.StrategicPatchType:
                var patch =
                    RequestBody.Json(bytes) as JsonObject
                    ?? throw ApiException.BadRequest("a merge patch is an object");
                return scale => (JsonObject)MergePatch.Apply(scale, patch)!;
            case ObjectPatcher.JsonPatchType:
                var operations =
                    JsonReading.Parse(bytes) as JsonArray
                    ?? throw ApiException.BadRequest("a JSON patch is a list of operations");
                return scale => (JsonObject)JsonPatch.Apply(scale, operations)!;
            case ObjectPatcher.ApplyPatchType:
                var intent = RequestBody.Yaml(bytes);
                return _ => intent;
            default:
                throw ApiException.UnsupportedMediaType(ObjectPatcher.JsonPatchType, ObjectPatcher.MergePatchType);
        }
    }

    private static JsonObject View(ApiResource resource, ScaleMapping mapping, StoredObject stored) =>
        View(resource, mapping, ObjectPipeline.Serve(resource, stored));

    private static JsonObject View(ApiResource resource, ScaleMapping mapping, JsonObject value)
    {
        var metadata = new JsonObject();
        foreach (var name in new[] { "name", "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            if (value.Metadata()[name] is { } field)
            {
                metadata[name] = field.DeepClone();
            }
        }

        var status = new JsonObject
        {
            ["replicas"] = value.At(mapping.StatusReplicas)?.DeepClone() ?? JsonValue.Create(0),
        };
        if (mapping.Selector is not null && value.At(mapping.Selector) is { } selector)
        {
            status["selector"] = selector is JsonObject structured
                ? LabelSelectors.Format(structured)
                : selector.DeepClone();
        }

        var spec = new JsonObject();
        if (value.At(mapping.SpecReplicas) is { } replicas)
        {
            spec["replicas"] = replicas.DeepClone();
        }

        return new()
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = status,
        };
    }
}
