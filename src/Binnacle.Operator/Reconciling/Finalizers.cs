using System.Text;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Reconciling;

/// <summary>
/// JSON patches that add or remove one finalizer and touch no other: each begins with tests of what was read, so that
/// the server refuses it where somebody else was faster.
/// </summary>
internal static class Finalizers
{
    /// <summary>Adds a finalizer that is not there.</summary>
    public static Patch Add(ObjectMeta metadata, string finalizer)
    {
        var present = metadata.Finalizers ?? [];
        return Of(
            TestUid(metadata),
            // No list is null to a test: https://www.rfc-editor.org/rfc/rfc6902#section-4.6 and the API server's reading.
            Step("test", "/metadata/finalizers", present.Count == 0 ? null : ListOf(present)),
            present.Count == 0
                ? Step("add", "/metadata/finalizers", ListOf([finalizer]))
                : Step("add", "/metadata/finalizers/-", finalizer)
        );
    }

    /// <summary>Removes a finalizer that is there.</summary>
    public static Patch Remove(ObjectMeta metadata, string finalizer)
    {
        var path = $"/metadata/finalizers/{(metadata.Finalizers ?? []).ToList().IndexOf(finalizer)}";
        var remove = Step("remove", path, null);
        remove.Remove("value");
        return Of(TestUid(metadata), Step("test", path, finalizer), remove);
    }

    private static JsonObject TestUid(ObjectMeta metadata) => Step("test", "/metadata/uid", metadata.Uid);

    private static JsonObject Step(string operation, string path, JsonNode? value) =>
        new()
        {
            ["op"] = operation,
            ["path"] = path,
            ["value"] = value,
        };

    private static JsonArray ListOf(IEnumerable<string> names) => [.. names.Select(name => (JsonNode)name)];

    private static Patch Of(params JsonNode[] steps) =>
        Patch.Json(Encoding.UTF8.GetBytes(new JsonArray(steps).ToJsonString()));
}
