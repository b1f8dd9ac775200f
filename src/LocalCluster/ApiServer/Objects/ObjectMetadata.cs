using System.Collections.Frozen;
using System.Text;
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
        // Kubernetes checks this twice, and tells it twice.
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
                issues.Add(issues[^1]);
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
            if (metadata.Str("generateName") is { Length: > 0 } prefix && GeneratedRule(resource, prefix) is { } bad)
            {
                issues.Add(FieldIssue.Invalid("metadata.generateName", prefix, bad));
            }

            issues.Add(FieldIssue.Invalid("metadata.name", name, wrong));
        }

        ValidateStrings(metadata, "labels", NameRules.LabelKey, NameRules.LabelValue, issues);
        ValidateStrings(
            metadata,
            "annotations",
            key => NameRules.QualifiedName(key.ToLowerInvariant()),
            _ => null,
            issues
        );
        var size = (metadata.Obj("annotations") ?? []).Sum(entry =>
            Encoding.UTF8.GetByteCount(entry.Key) + Encoding.UTF8.GetByteCount(entry.Value.Text() ?? "")
        );
        if (size > 256 * 1024)
        {
            issues.Add(new("FieldValueTooLong", "metadata.annotations", "Too long: may not be more than 262144 bytes"));
        }

        OwnerRules.Validate(metadata, issues);
        FinalizerRules.Validate(metadata, old, resource, issues);
    }

    /// <summary>A prefix is judged as if something good followed.</summary>
    private static string? GeneratedRule(ApiResource resource, string prefix) =>
        resource.Strategy.NameRule(prefix.EndsWith('-') ? prefix[..^1] + "a" : prefix);

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
        Func<string, string?> keyRule,
        Func<string, string?> valueRule,
        List<FieldIssue> issues
    )
    {
        foreach (var (key, value) in metadata.Obj(name) ?? [])
        {
            if (keyRule(key) is { } badKey)
            {
                issues.Add(FieldIssue.Invalid($"metadata.{name}", key, badKey));
            }

            if (valueRule(value.Text() ?? "") is { } badValue)
            {
                issues.Add(FieldIssue.Invalid($"metadata.{name}", value.Text() ?? "", badValue));
            }
        }
    }
}
