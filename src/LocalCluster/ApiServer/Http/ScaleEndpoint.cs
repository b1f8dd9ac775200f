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
internal sealed class ScaleEndpoint(ObjectPipeline pipeline, ObjectUpdater updater)
{
    private const int Attempts = 20;

    private static readonly BodyKind Kind = new("autoscaling", "v1", "Scale");

    public async Task AnswerAsync(HttpContext http, ApiResource resource, ObjectKey key, string verb, UserInfo user)
    {
        if (verb == "get")
        {
            await Answers.JsonAsync(http, 200, Shown(resource, key));
            return;
        }

        var type = RequestBody.MediaType(http.Request);
        if (verb == "patch" && type == ObjectPatcher.ApplyPatchType)
        {
            throw ApiException.NotImplemented("server-side apply of scales: use a merge patch");
        }

        var context = WriteContexts.Read(http.Request, user);
        var change =
            verb == "patch"
                ? ObjectPatcher.Read(
                    type,
                    await RequestBody.ReadAsync(http),
                    resource.IsCustom,
                    BuiltInMergeSchemas.For(Kind.Group, Kind.Version, Kind.Kind),
                    context
                )
                : await BodyAsync(http, key, context);
        var written = await ChangeAsync(resource, key, change, context);
        Answers.AddWarnings(http, context.Warnings);
        await Answers.JsonAsync(http, 200, View(resource, resource.Scale!, written));
    }

    private JsonObject Shown(ApiResource resource, ObjectKey key)
    {
        var mapping = resource.Scale!;
        var stored =
            resource.Store.Find(key)
            ?? throw ApiException.NotFound(
                // Kinds of the server's own say which of their parts was asked for.
                new(resource.Group, resource.IsCustom ? resource.Plural : $"{resource.Plural}/scale"),
                key.Name
            );
        var value = ObjectPipeline.Serve(resource, stored);
        return resource.IsCustom && value.At(mapping.SpecReplicas) is null
            ? throw ApiException.Internal(
                $"the spec replicas field \".{string.Join('.', mapping.SpecReplicas)}\" does not exist"
            )
            : View(resource, mapping, value);
    }

    private static async Task<Func<JsonObject, JsonObject>> BodyAsync(
        HttpContext http,
        ObjectKey key,
        WriteContext context
    )
    {
        var body = await RequestBody.ReadObjectAsync(http, Kind.Kind, WriteContexts.OnDuplicate(context));
        ObjectUpdater.CheckNamed(key, body.Metadata());
        return _ => (JsonObject)body.DeepClone();
    }

    private async Task<StoredObject> ChangeAsync(
        ApiResource resource,
        ObjectKey key,
        Func<JsonObject, JsonObject> change,
        WriteContext context
    )
    {
        for (var attempt = 1; ; attempt++)
        {
            var current = resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, key.Name);
            var old = View(resource, resource.Scale!, current);
            var value = change(old);
            await pipeline.AdmitAsync(
                new(resource, key, "scale", "UPDATE"),
                Kind,
                value,
                old,
                context,
                scale => Check(resource, current, scale, context)
            );
            try
            {
                return updater.Update(resource, key, "scale", before => Scaled(resource, before, value), context);
            }
            catch (ApiException e)
                when (e is { Code: 409, Reason: "Conflict" }
                    && context.IsPatch
                    && attempt < Attempts
                    && value.Metadata().Str("resourceVersion") == old.Metadata().Str("resourceVersion")
                )
            {
                // Somebody else was faster: a patch that names no version is of whatever is there.
            }
        }
    }

    private void Check(ApiResource resource, StoredObject current, JsonObject scale, WriteContext context)
    {
        var shown = context.IsPatch ? scale.ToJsonString() : "";
        try
        {
            pipeline.CheckBuiltInType(scale, Kind);
            MetadataShape.Check(scale, Kind, isCustom: false);
            var prefix = GoDecoding.Prefix(Kind);
            GoDecoding.Check(scale["spec"], "Scale.spec", GoType.Struct("v1.ScaleSpec"), prefix);
            GoDecoding.Check(scale.Obj("spec")?["replicas"], "Scale.spec.replicas", GoType.Int32, prefix);
        }
        catch (ApiException e) when (context.IsPatch && e.Code == 400)
        {
            throw ApiException.Invalid("", "", "", [FieldIssue.Invalid("patch", shown, e.Message)]);
        }

        ObjectPipeline.Report(Kind.Kind, Kind.Version, [.. context.Faults, .. Unknown(scale)], shown, context);
        ObjectUpdater.CheckIdentity(current.Key, scale.Metadata());
        ObjectUpdater.CheckUid(resource, current, scale.Metadata());
        if (scale.Obj("spec").Long("replicas") is not < 0)
        {
            return;
        }

        var replicas = scale.Obj("spec")!["replicas"];
        throw resource.IsCustom
            ? ApiException.Invalid(
                resource.Group,
                resource.Kind,
                current.Key.Name,
                [
                    FieldIssue.Invalid(
                        $".{string.Join('.', resource.Scale!.SpecReplicas)}",
                        replicas,
                        "should be a non-negative integer"
                    ),
                ]
            )
            : ApiException.Invalid(
                Kind.Group,
                Kind.Kind,
                current.Key.Name,
                [FieldIssue.Invalid("spec.replicas", replicas, "must be greater than or equal to 0")]
            );
    }

    /// <summary>Takes off what no Scale has, and tells of it in the order of the body.</summary>
    private static IEnumerable<string> Unknown(JsonObject scale)
    {
        foreach (var (name, value) in scale.ToList())
        {
            if (name is "apiVersion" or "kind")
            {
                continue;
            }

            if (name is not ("metadata" or "spec" or "status"))
            {
                scale.Remove(name);
                yield return $"unknown field \"{name}\"";
                continue;
            }

            var part = value as JsonObject ?? [];
            foreach (var field in part.Select(entry => entry.Key).Where(field => !IsKnown(name, field)).ToList())
            {
                part.Remove(field);
                yield return $"unknown field \"{name}.{field}\"";
            }
        }
    }

    private static bool IsKnown(string part, string field) =>
        part switch
        {
            "metadata" => ObjectMetadata.Fields.Contains(field),
            "spec" => field == "replicas",
            _ => field is "replicas" or "selector",
        };

    /// <summary>The object with the replicas of a Scale.</summary>
    private static Changed Scaled(ApiResource resource, JsonObject before, JsonObject scale)
    {
        var path = resource.Scale!.SpecReplicas;
        var next = (JsonObject)before.DeepClone();
        var parent = next;
        foreach (var name in path[..^1])
        {
            parent = parent.Ensure(name);
        }

        parent[path[^1]] = scale.Obj("spec").Long("replicas") ?? 0;
        if (scale.Metadata().Str("resourceVersion") is { Length: > 0 } version)
        {
            next.Metadata()["resourceVersion"] = version;
        }

        return new(next, Tracked: false);
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
