using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>Identifies the items of merged lists.</summary>
internal static class MergeItems
{
    /// <summary>The path element of a list item; null and a reason when it has none.</summary>
    public static PathElement? Identify(ListSchema list, JsonNode? item, out string? error)
    {
        error = null;
        if (list.Relation == ListRelation.Set)
        {
            error = item switch
            {
                JsonObject => "associative list without keys has an element that's a map type",
                JsonArray => "not supported: associative list with lists as elements",
                null => "associative list without keys has an element that's an explicit null",
                _ => null,
            };
            return error is null ? PathElement.OfValue(item) : null;
        }
        if (item is not JsonObject map)
        {
            error = item is null
                ? "associative list with keys may not have a null element"
                : "associative list with keys may not have non-map elements";
            return null;
        }
        var keys = new List<(string, JsonNode?)>(list.Keys.Count);
        foreach (var key in list.Keys)
        {
            if (map.TryGetPropertyValue(key, out var value))
            {
                keys.Add((key, value));
            }
            else if (
                list.Element is StructSchema element
                && element.Fields.TryGetValue(key, out var field)
                && field.Default is { } fallback
            )
            {
                keys.Add((key, fallback));
            }
        }
        if (keys.Count == 0)
        {
            var names = string.Join(' ', list.Keys.Select(k => $"\"{k}\""));
            error =
                $"associative list with keys has an element that omits all key fields [{names}] (and doesn't have default values for any key fields)";
            return null;
        }
        return PathElement.OfKeys(keys);
    }
}
