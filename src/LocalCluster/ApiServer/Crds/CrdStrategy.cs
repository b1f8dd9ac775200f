using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Crds;

/// <summary>CustomResourceDefinitions. A good one is established with its first write.</summary>
internal sealed class CrdStrategy(TimeProvider clock, Func<string, JsonObject, CrdNames> judge) : ResourceStrategy
{
    /// <summary>Holds a definition until its instances are gone.</summary>
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    public override bool HasGeneration => true;

    public override void ApplyDefaults(JsonObject value)
    {
        var spec = value.Ensure("spec");
        var names = spec.Ensure("names");
        if (names.Str("kind") is { Length: > 0 } kind)
        {
            names.Default("listKind", kind + "List");
            names.Default("singular", kind.ToLowerInvariant());
        }

        spec.Ensure("conversion").Default("strategy", "None");
    }

    public override void PrepareForCreate(JsonObject value) => SetStatus(value, old: null);

    public override void PrepareForUpdate(JsonObject value, JsonObject old) => SetStatus(value, old);

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues) =>
        CrdRules.Validate(value, old, issues);

    private void SetStatus(JsonObject value, JsonObject? old)
    {
        var (spec, metadata) = (value.Ensure("spec"), value.Metadata());
        if (metadata["deletionTimestamp"] is null)
        {
            var finalizers = metadata.Strings("finalizers");
            if (!finalizers.Contains(Finalizer))
            {
                metadata["finalizers"] = finalizers.Append(Finalizer).ToJsonArray();
            }
        }

        var names = judge(spec.Str("group") ?? "", spec.Ensure("names"));
        var conflict = names.Conflict;
        var status = value.Ensure("status");
        status["acceptedNames"] = names.Accepted;

        var stored = status.Strings("storedVersions");
        var storage = spec.Objects("versions").FirstOrDefault(version => version.Bool("storage") == true).Str("name");
        if (storage is not null && !stored.Contains(storage))
        {
            stored.Add(storage);
        }

        status["storedVersions"] = stored.ToJsonArray();
        var conditions = old.Obj("status").Objects("conditions").Select(c => (JsonObject)c.DeepClone()).ToList();
        Set(conditions, "NamesAccepted", conflict is null, names.Reason, conflict ?? "no conflicts found");
        Set(
            conditions,
            "Established",
            conflict is null || conditions.Any(c => c.Str("type") == "Established" && c.Str("status") == "True"),
            conflict is null ? "InitialNamesAccepted" : "NotAccepted",
            conflict is null ? "the initial names have been accepted" : "not all names are accepted"
        );
        status["conditions"] = new JsonArray([.. conditions]);
    }

    private void Set(List<JsonObject> conditions, string type, bool value, string reason, string message)
    {
        var status = value ? "True" : "False";
        var present = conditions.FirstOrDefault(condition => condition.Str("type") == type);
        if (present?.Str("status") == status && present.Str("reason") == reason)
        {
            return;
        }

        conditions.RemoveAll(condition => condition.Str("type") == type);
        conditions.Add(
            new()
            {
                ["lastTransitionTime"] = KubernetesTime.Format(clock.GetUtcNow()),
                ["message"] = message,
                ["reason"] = reason,
                ["status"] = status,
                ["type"] = type,
            }
        );
    }
}
