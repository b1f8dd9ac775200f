using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Objects;

/// <summary>The rules of <c>metadata.ownerReferences</c>.</summary>
internal static class OwnerRules
{
    private static readonly (string Field, string Message)[] Needed =
    [
        ("apiVersion", "version must not be empty"),
        ("kind", "must not be empty"),
        ("name", "must not be empty"),
        ("uid", "must not be empty"),
    ];

    /// <summary>Finds faults.</summary>
    public static void Validate(JsonObject metadata, List<FieldIssue> issues)
    {
        JsonObject? controller = null;
        foreach (var owner in metadata.Objects("ownerReferences"))
        {
            foreach (var (field, message) in Needed)
            {
                if (string.IsNullOrEmpty(owner.Str(field)))
                {
                    issues.Add(FieldIssue.Invalid($"metadata.ownerReferences.{field}", "", message));
                }
            }

            if (owner.Str("kind") == "Event" && owner.Str("apiVersion") is "v1" or "events.k8s.io/v1")
            {
                var gvk = owner.Str("apiVersion") == "v1" ? "/v1" : owner.Str("apiVersion");
                issues.Add(
                    FieldIssue.Invalid(
                        "metadata.ownerReferences",
                        owner,
                        $"{gvk}, Kind=Event is disallowed from being an owner"
                    )
                );
            }

            if (owner.Bool("controller") != true)
            {
                continue;
            }

            if (controller is not null)
            {
                issues.Add(
                    FieldIssue.Invalid(
                        "metadata.ownerReferences",
                        metadata["ownerReferences"],
                        $"Only one reference can have Controller set to true. Found \"true\" in references for {Name(controller)} and {Name(owner)}"
                    )
                );
            }

            controller ??= owner;
        }
    }

    /// <summary>Takes repeated owners out; says so.</summary>
    public static void Deduplicate(JsonObject metadata, Action<string> warn)
    {
        var owners = metadata.Objects("ownerReferences").ToList();
        var kept = new List<JsonObject>();
        var repeated = new List<string>();
        foreach (var owner in owners)
        {
            if (kept.Exists(other => JsonAccess.Same(other, owner)))
            {
                repeated.Add(owner.Str("uid") ?? "");
            }
            else
            {
                kept.Add(owner);
            }
        }

        if (repeated.Count == 0)
        {
            return;
        }

        metadata["ownerReferences"] = new JsonArray([.. kept.Select(owner => owner.DeepClone())]);
        warn(
            $".metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: {string.Join(", ", repeated.Distinct())}"
        );
    }

    private static string Name(JsonObject owner) => $"{owner.Str("kind")}/{owner.Str("name")}";
}
