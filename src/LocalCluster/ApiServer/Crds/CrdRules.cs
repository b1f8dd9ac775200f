using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Tables;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Crds;

/// <summary>
/// What a CustomResourceDefinition must be like, in the words of Kubernetes' apiextensions. What this server cannot do is
/// refused, not ignored.
/// </summary>
internal static class CrdRules
{
    private const string Approval = "api-approved.kubernetes.io";

    /// <summary>Finds faults; <paramref name="old"/> is null for a new definition.</summary>
    public static void Validate(JsonObject value, JsonObject? old, List<FieldIssue> issues)
    {
        var spec = value.Obj("spec");
        Group(spec.Str("group") ?? "", value, issues);
        Names(spec.Obj("names"), "spec.names", issues);
        var expected = $"{spec.Obj("names").Str("plural")}.{spec.Str("group")}";
        if (old is null && value.Metadata().Str("name") is { } name && name != expected)
        {
            issues.Add(FieldIssue.Invalid("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
        }

        if (string.IsNullOrEmpty(spec.Str("scope")))
        {
            issues.Add(FieldIssue.Required("spec.scope"));
        }
        else if (spec.Str("scope") is var scope and not ("Namespaced" or "Cluster"))
        {
            issues.Add(FieldIssue.NotSupported("spec.scope", scope ?? "", "Cluster", "Namespaced"));
        }

        if (spec.Bool("preserveUnknownFields") == true)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.preserveUnknownFields",
                    spec!["preserveUnknownFields"],
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"
                )
            );
        }

        if (old is not null)
        {
            Immutable("spec.group", spec?["group"], old.At("spec", "group"), issues);
            Immutable("spec.scope", spec?["scope"], old.At("spec", "scope"), issues);
            StoredVersions(spec, value.Obj("status").Strings("storedVersions"), issues);
        }

        Conversion(spec.Obj("conversion"), issues);
        Versions(spec, old, issues);
    }

    private static void Group(string group, JsonObject value, List<FieldIssue> issues)
    {
        if (group.Length == 0)
        {
            issues.Add(FieldIssue.Required("spec.group"));
        }
        else if (NameRules.Subdomain(group) is { } wrong)
        {
            issues.Add(FieldIssue.Invalid("spec.group", group, wrong));
        }
        else if (!group.Contains('.', StringComparison.Ordinal))
        {
            issues.Add(FieldIssue.Invalid("spec.group", group, "should be a domain with at least one dot"));
        }

        var isProtected =
            group.EndsWith(".k8s.io", StringComparison.Ordinal)
            || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);
        if (isProtected && string.IsNullOrEmpty(value.Metadata().Obj("annotations").Str(Approval)))
        {
            issues.Add(
                FieldIssue.Required(
                    $"metadata.annotations[{Approval}]",
                    $"protected groups must have approval annotation \"{Approval}\", see https://github.com/kubernetes/enhancements/pull/1111"
                )
            );
        }
    }

    private static void Names(JsonObject? names, string at, List<FieldIssue> issues)
    {
        foreach (var field in new[] { "plural", "singular", "kind", "listKind" })
        {
            var isKind = field is "kind" or "listKind";
            if (names.Str(field) is not { Length: > 0 } name)
            {
                issues.Add(FieldIssue.Required($"{at}.{field}"));
            }
            else if (NameRules.Label1035(isKind ? name.ToLowerInvariant() : name) is { } wrong)
            {
                var mixed = isKind ? "may have mixed case, but should otherwise match: " : "";
                issues.Add(FieldIssue.Invalid($"{at}.{field}", name, mixed + wrong));
            }
        }

        foreach (var field in new[] { "shortNames", "categories" })
        {
            var words = names.Strings(field);
            for (var i = 0; i < words.Count; i++)
            {
                if (NameRules.Label1035(words[i]) is { } wrong)
                {
                    issues.Add(FieldIssue.Invalid($"{at}.{field}[{i}]", words[i], wrong));
                }
            }
        }

        if (names.Str("kind") is { Length: > 0 } kind && kind == names.Str("listKind"))
        {
            issues.Add(FieldIssue.Invalid($"{at}.listKind", kind, "kind and listKind may not be the same"));
        }
    }

    private static void Conversion(JsonObject? conversion, List<FieldIssue> issues)
    {
        switch (conversion.Str("strategy"))
        {
            case "None":
                break;
            case "Webhook" when conversion.Obj("webhook").Obj("clientConfig") is not null:
                issues.Add(
                    FieldIssue.Forbidden(
                        "spec.conversion.strategy",
                        "this server does not call conversion webhooks; use the strategy \"None\""
                    )
                );
                break;
            case "Webhook":
                issues.Add(
                    FieldIssue.Required(
                        "spec.conversion.webhookClientConfig",
                        "required when strategy is set to Webhook"
                    )
                );
                issues.Add(FieldIssue.Required("spec.conversion.conversionReviewVersions"));
                break;
            case var other:
                issues.Add(FieldIssue.NotSupported("spec.conversion.strategy", other ?? "", "None", "Webhook"));
                break;
        }
    }

    private static void StoredVersions(JsonObject? spec, IReadOnlyList<string> stored, List<FieldIssue> issues)
    {
        var names = spec.Objects("versions").Select(version => version.Str("name")).ToList();
        for (var i = 0; i < stored.Count; i++)
        {
            if (!names.Contains(stored[i]))
            {
                issues.Add(
                    FieldIssue.Invalid(
                        $"status.storedVersions[{i}]",
                        stored[i],
                        $"missing from spec.versions; {stored[i]} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {stored[i]} and removes {stored[i]} from status.storedVersions"
                    )
                );
            }
        }
    }

    private static void Versions(JsonObject? spec, JsonObject? old, List<FieldIssue> issues)
    {
        var versions = spec.Objects("versions").ToList();
        for (var i = 0; i < versions.Count; i++)
        {
            Version(versions[i], $"spec.versions[{i}]", issues);
        }

        if (versions.Select(version => version.Str("name")).Distinct().Count() != versions.Count)
        {
            issues.Add(FieldIssue.Invalid("spec.versions", spec?["versions"], "must contain unique version names"));
        }

        if (versions.Count(version => version.Bool("storage") == true) != 1)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.versions",
                    spec?["versions"],
                    "must have exactly one version marked as storage version"
                )
            );
            issues.Add(
                FieldIssue.Invalid("status.storedVersions", (JsonNode?)null, "must have at least one stored version")
            );
        }

        if (versions.Count > 0 && NameRules.Label1035(versions[0].Str("name") ?? "") is { } wrong)
        {
            issues.Add(FieldIssue.Invalid("spec.version", versions[0].Str("name") ?? "", wrong));
        }

        // What all versions share is told once, of the whole.
        Shared(versions, "additionalPrinterColumns", Columns, issues);
        Shared(
            versions,
            "subresources",
            (version, at, found) => Scale(version.Obj("subresources").Obj("scale"), $"{at}.subresources.scale", found),
            issues
        );
        Shared(versions, "selectableFields", SelectableFields, issues);
        if (old is not null && !JsonAccess.Same(Selectable(versions), Selectable(old.Obj("spec").Objects("versions"))))
        {
            issues.Add(
                FieldIssue.Forbidden("spec.versions", "this server does not change selectableFields of a definition")
            );
        }
    }

    private static JsonArray Selectable(IEnumerable<JsonObject> versions) =>
        new([
            .. versions
                .Where(version => version.Bool("storage") == true)
                .Select(version => version["selectableFields"]?.DeepClone()),
        ]);

    private static void Version(JsonObject version, string at, List<FieldIssue> issues)
    {
        if (NameRules.Label1035(version.Str("name") ?? "") is { } wrong)
        {
            issues.Add(FieldIssue.Invalid($"{at}.name", version.Str("name") ?? "", wrong));
        }

        if (version.Str("deprecationWarning") is { } warning && version.Bool("deprecated") != true)
        {
            issues.Add(
                FieldIssue.Invalid($"{at}.deprecationWarning", warning, "can only be set for deprecated versions")
            );
        }

        if (version.Obj("schema").Obj("openAPIV3Schema") is not { } schema)
        {
            issues.Add(FieldIssue.Required($"{at}.schema.openAPIV3Schema"));
            return;
        }

        foreach (var error in StructuralSchema.Parse(schema, $"{at}.schema.openAPIV3Schema").Errors)
        {
            issues.Add(new(error.Reason, error.Path, error.Message));
        }
    }

    private static void Shared(
        List<JsonObject> versions,
        string field,
        Action<JsonObject, string, List<FieldIssue>> check,
        List<FieldIssue> issues
    )
    {
        if (versions.TrueForAll(version => JsonAccess.Same(version[field], versions[0][field])))
        {
            foreach (var version in versions.Take(1))
            {
                check(version, "spec", issues);
            }

            return;
        }

        for (var i = 0; i < versions.Count; i++)
        {
            check(versions[i], $"spec.versions[{i}]", issues);
        }
    }

    private static void Columns(JsonObject version, string at, List<FieldIssue> issues)
    {
        var index = 0;
        foreach (var column in version.Objects("additionalPrinterColumns"))
        {
            var path = $"{at}.additionalPrinterColumns[{index++}]";
            if (string.IsNullOrEmpty(column.Str("name")))
            {
                issues.Add(FieldIssue.Required($"{path}.name"));
            }

            if (string.IsNullOrEmpty(column.Str("type")))
            {
                issues.Add(FieldIssue.Required($"{path}.type", "must be one of boolean,date,integer,number,string"));
            }
            else if (column.Str("type") is { } type and not ("integer" or "number" or "string" or "boolean" or "date"))
            {
                issues.Add(
                    FieldIssue.Invalid($"{path}.type", type, "must be one of boolean,date,integer,number,string")
                );
            }

            SimplePath(column.Str("jsonPath"), $"{path}.JSONPath", isNeeded: true, issues);
            if (column.Str("jsonPath") is { Length: > 0 } text && text[0] == '.' && !CanRead(text))
            {
                issues.Add(FieldIssue.Invalid($"{path}.JSONPath", text, "this server cannot read this JSONPath"));
            }
        }
    }

    private static void Scale(JsonObject? scale, string at, List<FieldIssue> issues)
    {
        if (scale is null)
        {
            return;
        }

        ScalePath("specReplicasPath", ".spec", isNeeded: true);
        ScalePath("statusReplicasPath", ".status", isNeeded: true);
        ScalePath("labelSelectorPath", "", isNeeded: false);

        void ScalePath(string field, string under, bool isNeeded)
        {
            var path = scale.Str(field) ?? "";
            var before = issues.Count;
            SimplePath(path, $"{at}.{field}", isNeeded, issues);
            if (before != issues.Count || path.Length == 0)
            {
                return;
            }

            var fits =
                under.Length > 0
                    ? path.StartsWith(under + ".", StringComparison.Ordinal)
                    : path.StartsWith(".spec.", StringComparison.Ordinal)
                        || path.StartsWith(".status.", StringComparison.Ordinal);
            if (!fits)
            {
                var where = under.Length > 0 ? under : "either .spec or .status";
                issues.Add(FieldIssue.Invalid($"{at}.{field}", path, $"should be a json path under {where}"));
            }
        }
    }

    private static void SelectableFields(JsonObject version, string at, List<FieldIssue> issues)
    {
        var index = 0;
        foreach (var field in version.Objects("selectableFields"))
        {
            var path = field.Str("jsonPath") ?? "";
            JsonNode? node = version.Obj("schema").Obj("openAPIV3Schema");
            foreach (var name in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
            {
                node = (node as JsonObject).Obj("properties").Obj(name);
            }

            var at1 = $"{at}.selectableFields[{index++}].jsonPath";
            if (node is not JsonObject schema || path.StartsWith(".metadata", StringComparison.Ordinal))
            {
                issues.Add(FieldIssue.Invalid(at1, path, "is an invalid path: does not refer to a valid field"));
            }
            else if (schema.Str("type") is not ("string" or "integer" or "boolean"))
            {
                issues.Add(FieldIssue.Invalid(at1, path, "must point to a field of type string, boolean or integer"));
            }
        }
    }

    private static void SimplePath(string? path, string field, bool isNeeded, List<FieldIssue> issues)
    {
        if (string.IsNullOrEmpty(path))
        {
            if (isNeeded)
            {
                issues.Add(FieldIssue.Required(field));
            }
        }
        else if (path[0] != '.')
        {
            issues.Add(FieldIssue.Invalid(field, path, "must be a simple json path starting with ."));
        }
    }

    private static bool CanRead(string path)
    {
        try
        {
            JsonPath.Parse(path);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static void Immutable(string field, JsonNode? value, JsonNode? old, List<FieldIssue> issues)
    {
        if (!JsonAccess.Same(value, old))
        {
            issues.Add(FieldIssue.Invalid(field, value, "field is immutable"));
        }
    }
}
