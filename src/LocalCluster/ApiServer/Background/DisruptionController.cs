using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Background;

/// <summary>Counts, for every PodDisruptionBudget, how many of its pods may be evicted now.</summary>
internal sealed class DisruptionController
{
    private const int MaxOwners = 5;

    // A pod that was evicted and does not go is counted as there again after this.
    private static readonly TimeSpan EvictionTimeout = TimeSpan.FromMinutes(2);

    private readonly ResourceRegistry registry;
    private readonly ObjectUpdater updater;
    private readonly TimeProvider clock;
    private readonly ResourceStore budgets;
    private readonly ResourceStore pods;
    private readonly BackgroundQueue<string> queue;
    private readonly WriteContext context = WriteContext.Internal("kube-controller-manager");

    public DisruptionController(
        ResourceRegistry registry,
        ObjectDatabase database,
        ObjectUpdater updater,
        TimeProvider clock,
        ILogger logger
    )
    {
        this.registry = registry;
        this.updater = updater;
        this.clock = clock;
        budgets = database.Find(new("policy", "poddisruptionbudgets"))!;
        pods = database.Find(new("", "pods"))!;
        queue = new("poddisruptionbudgets", ProcessAsync, clock, logger);
        budgets.OnChange((_, change) => queue.Add(change.Object.Key.Namespace));
        foreach (
            var resource in new GroupResource[]
            {
                new("", "pods"),
                new("apps", "deployments"),
                new("apps", "replicasets"),
                new("apps", "statefulsets"),
            }
        )
        {
            database
                .Find(resource)!
                .OnChange(
                    (_, change) =>
                    {
                        var @namespace = change.Object.Key.Namespace;
                        if (budgets.TakeSnapshot().Count(@namespace) > 0)
                        {
                            queue.Add(@namespace);
                        }
                    }
                );
        }
    }

    public Task RunAsync(CancellationToken cancellationToken) => queue.RunAsync(cancellationToken);

    /// <summary>True for a pod that serves.</summary>
    public static bool IsHealthy(JsonObject pod) =>
        pod.Metadata()["deletionTimestamp"] is null
        && pod.Obj("status")
            .Objects("conditions")
            .Any(condition => condition.Str("type") == "Ready" && condition.Str("status") == "True");

    private Task<bool> ProcessAsync(string @namespace, CancellationToken cancellationToken)
    {
        foreach (var stored in budgets.TakeSnapshot().Select(@namespace, null).ToList())
        {
            try
            {
                updater.Update(
                    registry.Find("policy", "v1", "poddisruptionbudgets")!,
                    stored.Key,
                    "status",
                    Counted,
                    context
                );
            }
            catch (ApiException e) when (e.Code == 404)
            {
                // Gone meanwhile.
            }
        }

        return Task.FromResult(true);
    }

    private Changed? Counted(JsonObject budget)
    {
        var (spec, before) = (budget.Obj("spec"), budget.Obj("status"));
        var @namespace = budget.Metadata().Str("namespace") ?? "";
        var selected = pods.TakeSnapshot()
            .Select(@namespace, null)
            .Select(pod => pod.ToJson())
            .Where(pod => LabelSelectors.Matches(spec.Obj("selector"), pod.Metadata().Obj("labels")))
            .Where(pod => pod.Obj("status").Str("phase") is not ("Succeeded" or "Failed"))
            .ToList();
        var disrupted = StillDisrupted(before.Obj("disruptedPods"), selected);
        var (expected, desired) = Wanted(spec, selected);
        var healthy = selected.Count(pod => IsHealthy(pod) && disrupted[pod.Metadata().Str("name")!] is null);
        var allowed = expected > 0 ? Math.Max(0, healthy - desired) : 0;
        var status = new JsonObject
        {
            ["conditions"] = new JsonArray(Condition(budget, before, allowed > 0)),
            ["currentHealthy"] = healthy,
            ["desiredHealthy"] = desired,
            ["disruptionsAllowed"] = allowed,
            ["expectedPods"] = expected,
            ["observedGeneration"] = budget.Metadata()["generation"]?.DeepClone(),
        };
        if (disrupted.Count > 0)
        {
            status["disruptedPods"] = disrupted;
        }

        if (JsonAccess.Same(before, status))
        {
            return null;
        }

        var next = (JsonObject)budget.DeepClone();
        next["status"] = status;
        return new Changed(next, Tracked: true);
    }

    private JsonObject StillDisrupted(JsonObject? disrupted, List<JsonObject> selected)
    {
        var now = clock.GetUtcNow();
        return new JsonObject(
            (disrupted ?? [])
                .Where(entry =>
                    KubernetesTime.Parse(entry.Value.Text()) is { } since
                    && now - since < EvictionTimeout
                    && selected.Exists(pod =>
                        pod.Metadata().Str("name") == entry.Key && pod.Metadata()["deletionTimestamp"] is null
                    )
                )
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.DeepClone()))
        );
    }

    private (long Expected, long Desired) Wanted(JsonObject? spec, List<JsonObject> selected)
    {
        if (spec?["maxUnavailable"] is { } most)
        {
            var expected = Scale(selected);
            return (expected, Math.Max(0, expected - Number(most, expected)));
        }

        if (spec.Long("minAvailable") is { } fixedNumber)
        {
            return (selected.Count, fixedNumber);
        }

        var all = spec?["minAvailable"] is null ? selected.Count : Scale(selected);
        return (all, Number(spec?["minAvailable"] ?? JsonValue.Create(1), all));
    }

    /// <summary>How many pods their controllers want; a pod without one counts for itself.</summary>
    private long Scale(List<JsonObject> selected)
    {
        var (controllers, alone) = (new Dictionary<string, long>(StringComparer.Ordinal), 0);
        foreach (var pod in selected)
        {
            var (owner, depth) = (pod, 0);
            while (depth++ < MaxOwners && Controller(owner) is { } above)
            {
                owner = above;
            }

            if (ReferenceEquals(owner, pod))
            {
                alone++;
            }
            else
            {
                controllers[owner.Metadata().Str("uid") ?? ""] = owner.Obj("spec").Long("replicas") ?? 1;
            }
        }

        return controllers.Values.Sum() + alone;
    }

    private JsonObject? Controller(JsonObject value)
    {
        var reference = value
            .Metadata()
            .Objects("ownerReferences")
            .FirstOrDefault(owner => owner.Bool("controller") == true);
        if (reference is null || (reference.Str("apiVersion") ?? "").Split('/') is not [var group, ..])
        {
            return null;
        }

        return registry
            .FindKind(group, reference.Str("kind") ?? "")
            ?.Store.Find(new ObjectKey(value.Metadata().Str("namespace") ?? "", reference.Str("name") ?? ""))
            ?.ToJson();
    }

    private static long Number(JsonNode value, long total)
    {
        var text = value.Text() ?? "";
        return text.EndsWith('%') && long.TryParse(text[..^1], null, out var percent)
                ? (long)Math.Ceiling(total * percent / 100.0)
            : long.TryParse(text, null, out var number) ? number
            : 0;
    }

    private JsonObject Condition(JsonObject budget, JsonObject? status, bool isAllowed)
    {
        var (state, reason) = isAllowed ? ("True", "SufficientPods") : ("False", "InsufficientPods");
        var before = status.Objects("conditions").FirstOrDefault(c => c.Str("type") == "DisruptionAllowed");
        return new()
        {
            ["lastTransitionTime"] =
                before.Str("status") == state
                    ? before.Str("lastTransitionTime")
                    : KubernetesTime.Format(clock.GetUtcNow()),
            ["message"] = "",
            ["observedGeneration"] = budget.Metadata()["generation"]?.DeepClone(),
            ["reason"] = reason,
            ["status"] = state,
            ["type"] = "DisruptionAllowed",
        };
    }
}
