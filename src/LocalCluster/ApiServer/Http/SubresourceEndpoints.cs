using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Http;

/// <summary>Sends a request for a subresource to what answers it.</summary>
internal sealed class SubresourceEndpoints(
    ScaleEndpoint scale,
    LogEndpoint logs,
    TokenEndpoint tokens,
    BindingEndpoint bindings,
    EvictionEndpoint evictions,
    PodProxyEndpoint proxy,
    ObjectPipeline pipeline,
    ObjectUpdater updater,
    ResourceEndpoints resources
)
{
    public Task AnswerAsync(HttpContext http, ApiResource resource, ApiPath path, string verb, UserInfo user)
    {
        var key = new ObjectKey(path.Namespace ?? "", path.Name ?? "");
        if (resource is { Group: "", Plural: "pods" } && path.IsProxy)
        {
            return proxy.AnswerAsync(http, resource, path, user);
        }

        var known =
            resource.ExtraSubresources.Any(extra => extra.Name == path.Subresource)
            || (path.Subresource == "scale" && resource.Scale is not null);
        if (!known)
        {
            throw resource is { Group: "", Plural: "pods" or "services" or "nodes" }
            && path.Subresource!.Split('/')[0]
                is "exec"
                    or "attach"
                    or "portforward"
                    or "proxy"
                    or "ephemeralcontainers"
                    or "resize"
                ? ApiException.NotImplemented($"{resource.Plural}/{path.Subresource}")
            : resource.IsCustom ? ApiException.NotFound(resource.GroupResource, key.Name)
            : ApiException.NoSuchResource();
        }

        return (path.Subresource, verb) switch
        {
            ("scale", "get" or "update" or "patch") => scale.AnswerAsync(http, resource, key, verb, user),
            ("log", "get") => logs.AnswerAsync(http, resource, key),
            ("token", "create") => tokens.AnswerAsync(http, resource, key, user),
            ("binding", "create") => bindings.AnswerAsync(http, resource, key, user),
            ("eviction", "create") => evictions.AnswerAsync(http, resource, key, user),
            ("finalize", "update") => FinalizeAsync(http, resource, key, user),
            (_, "create" or "delete") when resource.IsCustom => throw ApiException.NotSupported(
                verb,
                resource.GroupResource
            ),
            _ => throw ApiException.MethodNotAllowed(),
        };
    }

    /// <summary>Takes finalizers off a namespace's spec.</summary>
    private async Task FinalizeAsync(HttpContext http, ApiResource resource, ObjectKey key, UserInfo user)
    {
        key = new("", key.Name);
        var context = WriteContexts.Read(http.Request, user);
        var body = await RequestBody.ReadObjectAsync(http, "Namespace", WriteContexts.OnDuplicate(context));
        pipeline.CheckType(resource, body);
        BodyShape.Check(body, resource);
        ObjectUpdater.CheckNamed(key, body.Metadata());
        var stored = await updater.UpdateAsync(
            resource,
            key,
            "finalize",
            old =>
            {
                var next = (JsonObject)old.DeepClone();
                next.Ensure("spec")["finalizers"] = body.Obj("spec").Strings("finalizers").ToJsonArray();
                foreach (var field in new[] { "uid", "resourceVersion" })
                {
                    if (body.Metadata().Str(field) is { Length: > 0 } given)
                    {
                        next.Metadata()[field] = given;
                    }
                }

                return new Changed(next, Tracked: true);
            },
            context
        );
        Answers.AddWarnings(http, context.Warnings);
        await resources.ObjectAsync(http, resource, stored, 200);
    }
}
