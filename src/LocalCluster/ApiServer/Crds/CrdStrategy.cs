using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Tables;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Crds;

/// <summary>CustomResourceDefinitions. A good one is established with its first write.</summary>
internal sealed class CrdStrategy(TimeProvider clock, Func<string, string, string, string?> findNameConflict)
    : ResourceStrategy
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

    public override void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var spec = value.Obj("spec");
        var (group, plural) = (spec.Str("group") ?? "", spec.Obj("names").Str("plural") ?? "");
        if (group.Length == 0)
        {
            issues.Add(FieldIssue.Required("spec.group"));
        }

        foreach (var field in new[] { "plural", "kind" })
        {
            if (string.IsNullOrEmpty(spec.Obj("names").Str(field)))
            {
                issues.Add(FieldIssue.Required($"spec.names.{field}"));
            }
        }

        if (value.Metadata().Str("name") is { } name && name != $"{plural}.{group}")
        {
            issues.Add(FieldIssue.Invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
        }

        if (spec.Str("scope") is var scope && scope is not ("Namespaced" or "Cluster"))
        {
            issues.Add(FieldIssue.NotSupported("spec.scope", scope ?? "", "Cluster", "Namespaced"));
        }

        if (old is not null)
        {
            Immutable("spec.group", spec?["group"], old.At("spec", "group"), issues);
            Immutable("spec.scope", spec?["scope"], old.At("spec", "scope"), issues);
        }

        if (spec.Obj("conversion").Str("strategy") == "Webhook")
        {
            issues.Add(FieldIssue.NotSupported("spec.conversion.strategy", "Webhook", "None"));
        }

        Versions(spec, issues);
    }

    private static void Versions(JsonObject? spec, List<FieldIssue> issues)
    {
        var versions = spec.Objects("versions").ToList();
        if (versions.Count == 0)
        {
            issues.Add(FieldIssue.Required("spec.versions"));
            return;
        }

        if (versions.Count(version => version.Bool("storage") == true) != 1)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.versions",
                    spec?["versions"]?.ToJsonString() is { Length: < 200 } text ? text : "…",
                    "must have exactly one version marked as storage version"
                )
            );
        }

        for (var i = 0; i < versions.Count; i++)
        {
            var at = $"spec.versions[{i}]";
            if (string.IsNullOrEmpty(versions[i].Str("name")))
            {
                issues.Add(FieldIssue.Required($"{at}.name"));
            }

            if (versions[i].Obj("schema").Obj("openAPIV3Schema") is not { } schema)
            {
                issues.Add(FieldIssue.Required($"{at}.schema.openAPIV3Schema"));
                continue;
            }

            foreach (var error in StructuralSchema.Parse(schema, $"{at}.schema.openAPIV3Schema").Errors)
            {
                issues.Add(new(error.Reason, error.Path, error.Message));
            }

            Columns(versions[i], at, issues);
        }
    }

    private static void Columns(JsonObject version, string at, List<FieldIssue> issues)
    {
        var index = 0;
        foreach (var column in version.Objects("additionalPrinterColumns"))
        {
            var path = $"{at}.additionalPrinterColumns[{index++}]";
            foreach (var field in new[] { "name", "type", "jsonPath" })
            {
                if (string.IsNullOrEmpty(column.Str(field)))
                {
                    issues.Add(FieldIssue.Required($"{path}.{field}"));
                }
            }

            try
            {
                JsonPath.Parse(column.Str("jsonPath") ?? ".");
            }
            catch (FormatException e)
            {
                issues.Add(
                    FieldIssue.Invalid(
                        $"{path}.jsonPath",
                        column.Str("jsonPath") ?? "",
                        $"must be a simple json path starting with . ({e.Message})"
                    )
                );
            }

            if (column.Str("type") is { } type and not ("integer" or "number" or "string" or "boolean" or "date"))
            {
                issues.Add(
                    FieldIssue.Invalid($"{path}.type", type, "must be one of boolean,date,integer,number,string")
                );
            }
        }
    }

    private static void Immutable(string field, JsonNode? value, JsonNode? old, List<FieldIssue> issues)
    {
        if (!JsonAccess.Same(value, old))
        {
            issues.Add(FieldIssue.Invalid(field, value, "field is immutable"));
        }
    }

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

        var (group, plural) = (spec.Str("group") ?? "", spec.Obj("names").Str("plural") ?? "");
        var conflict = findNameConflict(group, plural, spec.Obj("names").Str("kind") ?? "");
        var status = value.Ensure("status");
        if (conflict is null)
        {
            status["acceptedNames"] = spec.Obj("names")?.DeepClone();
        }
        else
        {
            status.Default("acceptedNames", new JsonObject { ["kind"] = "", ["plural"] = "" });
        }

        var stored = status.Strings("storedVersions");
        var storage = spec.Objects("versions").FirstOrDefault(version => version.Bool("storage") == true).Str("name");
        if (storage is not null && !stored.Contains(storage))
        {
            stored.Add(storage);
        }

        status["storedVersions"] = stored.ToJsonArray();
        var conditions = old.Obj("status").Objects("conditions").Select(c => (JsonObject)c.DeepClone()).ToList();
        Set(
            conditions,
            "NamesAccepted",
            conflict is null,
            conflict is null ? "NoConflicts" : "KindConflict",
            conflict ?? "no conflicts found"
        );
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
        if (present?.Str("status") == status)
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
