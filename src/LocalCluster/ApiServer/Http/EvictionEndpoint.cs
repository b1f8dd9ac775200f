using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Background;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;

namespace LocalCluster.ApiServer.Http;

/// <summary>Deletes a pod unless that would hurt its PodDisruptionBudget: <c>pods/eviction</c>.</summary>
internal sealed class EvictionEndpoint(
    ObjectPipeline pipeline,
    ResourceRegistry registry,
    ObjectUpdater updater,
    ObjectDeleter deleter,
    TimeProvider clock
)
{
    private static readonly BodyKind Kind = new("policy", "v1", "Eviction");

    private const string Refused = "Cannot evict pod as it would violate the pod's disruption budget.";

    public async Task AnswerAsync(HttpContext http, ApiResource resource, ObjectKey key, UserInfo user)
    {
        var body = await RequestBody.ReadObjectAsync(http, "Eviction");
        if (body.Str("apiVersion") == "policy/v1beta1")
        {
            // The first version of the same.
            body["apiVersion"] = Kind.ApiVersion;
        }

        var written = WriteContexts.Read(http.Request, user);
        await pipeline.AdmitAsync(
            new(resource, key, "eviction", "CREATE"),
            Kind,
            body,
            null,
            written,
            value => Check(value, key)
        );

        var query = http.Request.Query;
        var options = DeleteOptions.Read(
            body.Obj("deleteOptions"),
            field => query[field].ToString() is { Length: > 0 } text ? text : null
        );

        // Who may evict was asked: the deletion that follows is the server's own.
        var context = WriteContexts.Delete(http.Request, user, options) with
        {
            IsInternal = true,
        };
        var pod = resource.Store.Find(key)?.ToJson() ?? throw ApiException.NotFound(resource.GroupResource, key.Name);

        // Pods that are over, or did not begin, are no loss to anybody.
        if (
            pod.Metadata()["deletionTimestamp"] is null
            && pod.Obj("status").Str("phase") is not ("Pending" or "Succeeded" or "Failed")
        )
        {
            Charge(pod, key, options.DryRun);
        }

        await deleter.DeleteAsync(resource, key, options, context);
        Answers.AddWarnings(http, written.Warnings);
        await Answers.CreatedAsync(http);
    }

    private void Check(JsonObject body, ObjectKey key)
    {
        pipeline.CheckBuiltInType(body, Kind);
        if (body.Metadata().Str("name") is { Length: > 0 } name && name != key.Name)
        {
            throw ApiException.BadRequest("name in URL does not match name in Eviction object");
        }
    }

    private void Charge(JsonObject pod, ObjectKey key, bool dryRun)
    {
        var budgets = registry.Find("policy", "v1", "poddisruptionbudgets")!;
        var found = budgets
            .Store.TakeSnapshot()
            .Select(key.Namespace, null)
            .Where(budget =>
                LabelSelectors.Matches(budget.ToJson().Obj("spec").Obj("selector"), pod.Metadata().Obj("labels"))
            )
            .ToList();
        if (found.Count == 0)
        {
            return;
        }

        if (found.Count > 1)
        {
            throw ApiException.Internal(
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
            );
        }

        updater.Update(
            budgets,
            found[0].Key,
            "status",
            budget => Charged(budget, pod, key.Name, dryRun),
            WriteContext.Internal("kube-apiserver")
        );
    }

    private Changed? Charged(JsonObject budget, JsonObject pod, string name, bool dryRun)
    {
        var (status, metadata) = (budget.Obj("status"), budget.Metadata());
        if ((status.Long("observedGeneration") ?? 0) < (metadata.Long("generation") ?? 0))
        {
            throw TooMany($"The disruption budget {metadata.Str("name")} is still being processed by the server.", 10);
        }

        var (healthy, desired) = (status.Long("currentHealthy") ?? 0, status.Long("desiredHealthy") ?? 0);
        if (!DisruptionController.IsHealthy(pod))
        {
            var always = budget.Obj("spec").Str("unhealthyPodEvictionPolicy") == "AlwaysAllow";
            if (always || (healthy >= desired && desired > 0))
            {
                // It serves nobody, and those that do are enough.
                return null;
            }
        }

        var allowed = status.Long("disruptionsAllowed") ?? 0;
        if (allowed <= 0)
        {
            throw TooMany(
                $"The disruption budget {metadata.Str("name")} needs {desired} healthy pods and has {healthy} currently",
                retryAfter: 0
            );
        }

        if (dryRun)
        {
            return null;
        }

        var next = (JsonObject)budget.DeepClone();
        var changed = next.Ensure("status");
        changed["disruptionsAllowed"] = allowed - 1;
        changed.Ensure("disruptedPods")[name] = KubernetesTime.Format(clock.GetUtcNow());
        return new Changed(next, Tracked: true);
    }

    private static ApiException TooMany(string why, int retryAfter)
    {
        var details = new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "DisruptionBudget", ["message"] = why }),
        };
        if (retryAfter > 0)
        {
            details["retryAfterSeconds"] = retryAfter;
        }

        return new ApiException(429, "TooManyRequests", Refused, details);
    }
}
