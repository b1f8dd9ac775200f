using System.Collections.Frozen;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Objects;

/// <summary>The rules of <c>metadata</c> that hold for every kind.</summary>
internal static class ObjectMetadata
{
    private static readonly string[] ServerOwned =
    [
        "uid",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "generation",
        "generateName",
        "selfLink",
    ];

    /// <summary>All that an author or the server may write.</summary>
    public static FrozenSet<string> Fields { get; } =
        FrozenSet.Create(
            StringComparer.Ordinal,
            [
                .. ServerOwned,
                "name",
                "namespace",
                "resourceVersion",
                "labels",
                "annotations",
                "ownerReferences",
                "finalizers",
                "managedFields",
            ]
        );

    /// <summary>Makes the metadata of a new object: a name where only a prefix was given, uid, time, generation.</summary>
    public static void Begin(JsonObject value, ApiResource resource, DateTimeOffset now)
    {
        var metadata = value.Metadata();
        if (metadata.Str("name") is not { Length: > 0 } && metadata.Str("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = (prefix.Length > 58 ? prefix[..58] : prefix) + RandomSuffix();
        }

        foreach (var field in ServerOwned)
        {
            if (field != "generateName")
            {
                metadata.Remove(field);
            }
        }

        metadata.Remove("resourceVersion");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = KubernetesTime.Format(now);
        if (resource.Strategy.HasGeneration)
        {
            metadata["generation"] = 1;
        }
    }

    /// <summary>Nobody changes who an object is, and nobody but a deletion sets when it is to go.</summary>
    /// <exception cref="ApiException">422: somebody tries.</exception>
    public static void CheckImmutable(JsonObject value, JsonObject old, ApiResource resource)
    {
        var issues = new List<FieldIssue>();
        foreach (var field in new[] { "uid", "deletionTimestamp", "deletionGracePeriodSeconds" })
        {
            if (
                value.Metadata()[field] is { } given
                && given.Text() is not ""
                && !JsonAccess.Same(given, old.Metadata()[field])
            )
            {
                issues.Add(FieldIssue.Invalid($"metadata.{field}", given, "field is immutable"));
            }
        }

        if (issues.Count > 0)
        {
            throw ApiException.Invalid(resource.Group, resource.Kind, old.Metadata().Str("name") ?? "", issues);
        }
    }

    /// <summary>Puts back what a writer cannot change.</summary>
    public static void Keep(JsonObject value, JsonObject old)
    {
        var (metadata, before) = (value.Metadata(), old.Metadata());
        foreach (var field in ServerOwned)
        {
            Copy(field);
        }

        Copy("name");
        Copy("namespace");
        Copy("resourceVersion");

        void Copy(string field)
        {
            if (before[field] is { } kept)
            {
                metadata[field] = kept.DeepClone();
            }
            else
            {
                metadata.Remove(field);
            }
        }
    }

    /// <summary>Checks names, labels, annotations, owners and finalizers.</summary>
    public static void Validate(JsonObject value, JsonObject? old, ApiResource resource, List<FieldIssue> issues)
    {
        var metadata = value.Metadata();
        var name = metadata.Str("name");
        if (string.IsNullOrEmpty(name))
        {
            issues.Add(FieldIssue.Required("metadata.name", "name or generateName is required"));
        }
        else if (old is null && resource.Strategy.NameRule(name) is { } wrong)
        {
            issues.Add(FieldIssue.Invalid("metadata.name", name, wrong));
        }

        ValidateStrings(metadata, "labels", "metadata.labels", NameRules.LabelValue, issues);
        ValidateStrings(metadata, "annotations", "metadata.annotations", _ => null, issues);
        var size = (metadata.Obj("annotations") ?? []).Sum(entry =>
            entry.Key.Length + (entry.Value.Text()?.Length ?? 0)
        );
        if (size > 256 * 1024)
        {
            issues.Add(new("FieldValueTooLong", "metadata.annotations", "Too long: may not be more than 262144 bytes"));
        }

        ValidateOwners(metadata, issues);
        foreach (var finalizer in metadata.Strings("finalizers"))
        {
            if (NameRules.QualifiedName(finalizer) is { } bad)
            {
                issues.Add(FieldIssue.Invalid("metadata.finalizers", finalizer, bad));
            }
        }

        if (old?.Metadata()["deletionTimestamp"] is not null)
        {
            var added = metadata.Strings("finalizers").Except(old.Metadata().Strings("finalizers")).ToList();
            if (added.Count > 0)
            {
                issues.Add(
                    FieldIssue.Forbidden(
                        "metadata.finalizers",
                        "no new finalizers can be added if the object is being deleted, found new finalizers []string{"
                            + string.Join(", ", added.Select(finalizer => $"\"{finalizer}\""))
                            + "}"
                    )
                );
            }
        }
    }

    /// <summary>Strings that are read by name only must be strings.</summary>
    /// <exception cref="ApiException">400, as Kubernetes' decoder answers.</exception>
    public static void CheckShape(JsonObject value, ApiResource resource)
    {
        if (value["metadata"] is not (null or JsonObject))
        {
            throw NotReadable("metadata", "object");
        }

        var metadata = value.Metadata();
        foreach (var field in new[] { "name", "namespace", "generateName", "resourceVersion", "uid" })
        {
            if (metadata[field] is { } node && node.GetValueKind() != System.Text.Json.JsonValueKind.String)
            {
                throw NotReadable($"metadata.{field}", "string");
            }
        }

        foreach (var field in new[] { "labels", "annotations" })
        {
            if (metadata[field] is not (null or JsonObject))
            {
                throw NotReadable($"metadata.{field}", "map[string]string");
            }

            foreach (var (key, entry) in metadata.Obj(field) ?? [])
            {
                if (entry is not null && entry.GetValueKind() != System.Text.Json.JsonValueKind.String)
                {
                    throw NotReadable($"metadata.{field}.{key}", "string");
                }
            }
        }

        foreach (var field in new[] { "ownerReferences", "finalizers" })
        {
            if (metadata[field] is not (null or JsonArray))
            {
                throw NotReadable($"metadata.{field}", "list");
            }
        }

        ApiException NotReadable(string field, string type) =>
            ApiException.BadRequest(
                $"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: json: cannot unmarshal field {field} into a {type}"
            );
    }

    /// <summary>Five characters as Kubernetes' generated names have: no vowels, nothing that looks like another.</summary>
    public static string RandomSuffix() => Random.Shared.GetString("bcdfghjklmnpqrstvwxz2456789", 5);

    private static string GetString(this Random random, string alphabet, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            text[i] = alphabet[random.Next(alphabet.Length)];
        }

        return new string(text);
    }

    private static void ValidateStrings(
        JsonObject metadata,
        string name,
        string field,
        Func<string, string?> rule,
        List<FieldIssue> issues
    )
    {
        foreach (var (key, value) in metadata.Obj(name) ?? [])
        {
            if (NameRules.QualifiedName(name == "annotations" ? key.ToLowerInvariant() : key) is { } badKey)
            {
                issues.Add(FieldIssue.Invalid(field, key, badKey));
            }

            if (rule(value.Text() ?? "") is { } badValue)
            {
                issues.Add(FieldIssue.Invalid(field, value.Text() ?? "", badValue));
            }
        }
    }

    private static void ValidateOwners(JsonObject metadata, List<FieldIssue> issues)
    {
        var controllers = 0;
        foreach (var owner in metadata.Objects("ownerReferences"))
        {
            foreach (var field in new[] { "apiVersion", "kind", "name", "uid" })
            {
                if (string.IsNullOrEmpty(owner.Str(field)))
                {
                    issues.Add(
                        FieldIssue.Invalid($"metadata.ownerReferences.{field}", "", $"{field} must not be empty")
                    );
                }
            }

            controllers += owner.Bool("controller") == true ? 1 : 0;
        }

        if (controllers > 1)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "metadata.ownerReferences",
                    metadata["ownerReferences"],
                    "Only one reference can have Controller set to true"
                )
            );
        }
    }
}
