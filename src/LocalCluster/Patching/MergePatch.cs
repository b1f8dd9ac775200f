using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>JSON Merge Patch (<see href="https://www.rfc-editor.org/rfc/rfc7386">RFC 7386</see>).</summary>
internal static class MergePatch
{
    /// <summary>Returns the target with the patch merged in; neither argument is changed, and the result shares no node with them.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch is JsonArray list ? WithoutNulls(list) : patch?.DeepClone();
        }
        var result = new JsonObject();
        var original = target as JsonObject;
        foreach (var (name, value) in original ?? [])
        {
            if (!changes.ContainsKey(name))
            {
                result[name] = value?.DeepClone();
            }
        }
        foreach (var (name, change) in changes)
        {
            if (change is not null)
            {
                result[name] = Apply(original?[name], change);
            }
        }
        return result;
    }

    /// <summary>Beyond the RFC, Kubernetes' patches lose the nulls of objects in lists, too.</summary>
    private static JsonArray WithoutNulls(JsonArray list) =>
        new([
            .. list.Select(item =>
                item switch
                {
                    JsonObject value => Apply(null, value),
                    JsonArray inner => WithoutNulls(inner),
                    _ => item?.DeepClone(),
                }
            ),
        ]);
}
