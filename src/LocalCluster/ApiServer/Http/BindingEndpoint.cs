using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Http;

/// <summary>Gives a pod its node: <c>pods/binding</c>.</summary>
internal sealed class BindingEndpoint(ObjectPipeline pipeline, ObjectUpdater updater, TimeProvider clock)
{
    private static readonly BodyKind Kind = new("", "v1", "Binding");

    public async Task AnswerAsync(HttpContext http, ApiResource resource, ObjectKey key, UserInfo user)
    {
        var context = WriteContexts.Read(http.Request, user);
        var body = await RequestBody.ReadObjectAsync(http, "Binding");
        await pipeline.AdmitAsync(
            new(resource, key, "binding", "CREATE"),
            Kind,
            body,
            null,
            context,
            value => Check(value, key)
        );
        var node = body.Obj("target").Str("name");
        // The status is the binding's to change, too: so the change is confined to neither part.
        updater.Update(
            resource,
            key,
            "binding",
            old =>
            {
                if (old.Obj("spec").Str("nodeName") is { Length: > 0 } present)
                {
                    throw ApiException.Conflict(
                        new("", "pods/binding"),
                        key.Name,
                        $"pod {key.Name} is already assigned to node \"{present}\""
                    );
                }

                if (old.Metadata()["deletionTimestamp"] is not null)
                {
                    throw ApiException.Conflict(
                        new("", "pods/binding"),
                        key.Name,
                        $"pod {key.Name} is being deleted, cannot be assigned to a host"
                    );
                }

                var next = (JsonObject)old.DeepClone();
                next.Ensure("spec")["nodeName"] = node;
                SetScheduled(next.Ensure("status"));
                return new Changed(next, Tracked: true);
            },
            context
        );
        Answers.AddWarnings(http, context.Warnings);
        await Answers.CreatedAsync(http);
    }

    private void Check(JsonObject body, ObjectKey key)
    {
        pipeline.CheckBuiltInType(body, Kind);
        ObjectUpdater.CheckIdentity(key, body.Metadata());
        if (string.IsNullOrEmpty(body.Obj("target").Str("name")))
        {
            throw ApiException.Invalid("", "Binding", key.Name, [FieldIssue.Required("target.name")]);
        }
    }

    private void SetScheduled(JsonObject status)
    {
        if (status.Arr("conditions") is not { } conditions)
        {
            conditions = [];
            status["conditions"] = conditions;
        }

        foreach (var old in conditions.OfType<JsonObject>().Where(c => c.Str("type") == "PodScheduled").ToList())
        {
            conditions.Remove(old);
        }

        conditions.Add(
            (JsonNode)
                new JsonObject
                {
                    ["type"] = "PodScheduled",
                    ["status"] = "True",
                    ["lastProbeTime"] = null,
                    ["lastTransitionTime"] = KubernetesTime.Format(clock.GetUtcNow()),
                }
        );
    }
}
