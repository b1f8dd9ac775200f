using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Background;

/// <summary>How far the deletion of a namespace's content is, as its conditions tell.</summary>
internal sealed class NamespaceProgress
{
    private readonly SortedDictionary<string, int> remaining = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> finalizers = new(StringComparer.Ordinal);
    private readonly List<string> failures = [];

    /// <summary>True when nothing is left.</summary>
    public bool IsEmpty => remaining.Count == 0;

    /// <summary>True when something could not be deleted.</summary>
    public bool HasFailed => failures.Count > 0;

    /// <summary>Takes note of objects of a resource that are still there.</summary>
    public void Remain(ApiResource resource, IReadOnlyCollection<StoredObject> items)
    {
        if (items.Count == 0)
        {
            return;
        }

        remaining[$"{resource.Plural}.{resource.Group}"] = items.Count;
        foreach (var finalizer in items.SelectMany(item => item.ToJson().Metadata().Strings("finalizers")))
        {
            finalizers[finalizer] = finalizers.GetValueOrDefault(finalizer) + 1;
        }
    }

    /// <summary>Takes note of why a resource could not be emptied.</summary>
    public void Fail(string message) => failures.Add(message);

    /// <summary>The conditions; those that did not change keep their time.</summary>
    public JsonArray Conditions(JsonArray? before, DateTimeOffset now)
    {
        (string Type, bool State, string Reason, string Message)[] all =
        [
            (
                "NamespaceDeletionDiscoveryFailure",
                false,
                "ResourcesDiscovered",
                "All resources successfully discovered"
            ),
            (
                "NamespaceDeletionGroupVersionParsingFailure",
                false,
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed"
            ),
            HasFailed
                ? (
                    "NamespaceDeletionContentFailure",
                    true,
                    "ContentDeletionFailed",
                    $"Failed to delete all resource types, {failures.Count} remaining: {string.Join(", ", failures)}"
                )
                : (
                    "NamespaceDeletionContentFailure",
                    false,
                    "ContentDeleted",
                    "All content successfully deleted, may be waiting on finalization"
                ),
            IsEmpty
                ? ("NamespaceContentRemaining", false, "ContentRemoved", "All content successfully removed")
                : (
                    "NamespaceContentRemaining",
                    true,
                    "SomeResourcesRemain",
                    "Some resources are remaining: "
                        + string.Join(
                            ", ",
                            remaining.Select(entry => $"{entry.Key} has {entry.Value} resource instances")
                        )
                ),
            finalizers.Count == 0
                ? (
                    "NamespaceFinalizersRemaining",
                    false,
                    "ContentHasNoFinalizers",
                    "All content-preserving finalizers finished"
                )
                : (
                    "NamespaceFinalizersRemaining",
                    true,
                    "SomeFinalizersRemain",
                    "Some content in the namespace has finalizers remaining: "
                        + string.Join(
                            ", ",
                            finalizers.Select(entry => $"{entry.Key} in {entry.Value} resource instances")
                        )
                ),
        ];
        return new JsonArray([.. all.Select(entry => (JsonNode)Condition(entry, before, now))]);
    }

    private static JsonObject Condition(
        (string Type, bool State, string Reason, string Message) entry,
        JsonArray? before,
        DateTimeOffset now
    )
    {
        var state = entry.State ? "True" : "False";
        var old = (before ?? []).OfType<JsonObject>().FirstOrDefault(c => c.Str("type") == entry.Type);
        return new()
        {
            ["type"] = entry.Type,
            ["status"] = state,
            ["lastTransitionTime"] =
                old.Str("status") == state ? old.Str("lastTransitionTime") : KubernetesTime.Format(now),
            ["reason"] = entry.Reason,
            ["message"] = entry.Message,
        };
    }
}
