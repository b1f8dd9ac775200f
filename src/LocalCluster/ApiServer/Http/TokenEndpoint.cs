using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Security;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Http;

/// <summary>Issues service account tokens: <c>serviceaccounts/token</c>.</summary>
internal sealed class TokenEndpoint(
    ObjectPipeline pipeline,
    ServiceAccountTokens tokens,
    ObjectDatabase database,
    TimeProvider clock
)
{
    private static readonly BodyKind Kind = new("authentication.k8s.io", "v1", "TokenRequest");

    private const long MinSeconds = 600;

    public async Task AnswerAsync(HttpContext http, ApiResource resource, ObjectKey key, UserInfo user)
    {
        var context = WriteContexts.Read(http.Request, user);
        var body = await RequestBody.ReadObjectAsync(http, "TokenRequest");
        var account = resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, key.Name);
        await pipeline.AdmitAsync(
            new(resource, key, "token", "CREATE"),
            Kind,
            body,
            null,
            context,
            value => pipeline.CheckBuiltInType(value, Kind)
        );
        var spec = body.Ensure("spec");
        var audiences = spec.Strings("audiences");
        if (audiences.Count == 0)
        {
            audiences = [ServiceAccountTokens.Issuer];
        }

        var seconds = spec.Long("expirationSeconds") ?? 3600;
        if (seconds is < MinSeconds or > 1L << 32)
        {
            throw ApiException.Invalid(
                "authentication.k8s.io",
                "TokenRequest",
                "",
                [
                    FieldIssue.Invalid(
                        "spec.expirationSeconds",
                        spec["expirationSeconds"],
                        seconds < MinSeconds
                            ? "may not specify a duration less than 10 minutes"
                            : "may not specify a duration larger than 2^32 seconds"
                    ),
                ]
            );
        }

        var pod = Bound(spec.Obj("boundObjectRef"), key.Namespace);
        var expires = clock.GetUtcNow().AddSeconds(seconds);
        var identity = new ServiceAccountTokens.Identity(key.Namespace, key.Name, account.Uid);
        var token = tokens.Issue(identity, audiences, expires, pod);
        var metadata = body.Metadata();
        metadata["name"] = key.Name;
        metadata["namespace"] = key.Namespace;
        metadata["creationTimestamp"] = KubernetesTime.Format(clock.GetUtcNow());
        spec["audiences"] = audiences.ToJsonArray();
        spec["expirationSeconds"] = seconds;
        body["status"] = new JsonObject { ["token"] = token, ["expirationTimestamp"] = KubernetesTime.Format(expires) };
        Answers.AddWarnings(http, context.Warnings);
        await Answers.JsonAsync(http, 201, body);
    }

    private (string Name, string Uid)? Bound(JsonObject? reference, string @namespace)
    {
        if (reference is null)
        {
            return null;
        }

        if (reference.Str("kind") != "Pod")
        {
            throw ApiException.BadRequest(
                $"cannot bind token for object of type {reference.Str("kind")}: this server binds tokens to pods alone"
            );
        }

        var name = reference.Str("name") ?? "";
        var found =
            database.Find(new("", "pods"))?.Find(new(@namespace, name))
            ?? throw ApiException.NotFound(new("", "pods"), name);
        if (reference.Str("uid") is { Length: > 0 } uid && uid != found.Uid)
        {
            throw ApiException.Conflict(
                new("", "serviceaccounts/token"),
                name,
                $"the UID in the bound object reference ({uid}) does not match the UID in record. The object might have been deleted and then recreated"
            );
        }

        return (name, found.Uid);
    }
}
