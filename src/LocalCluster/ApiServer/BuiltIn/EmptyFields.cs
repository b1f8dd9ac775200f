using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>
/// Takes empty lists and maps off objects of built-in kinds, as writing Go's types does that leave out what is empty
/// (<c>omitempty</c>). An empty object of a type of its own (<c>emptyDir: {}</c>) says something and stays.
/// </summary>
internal static class EmptyFields
{
    /// <summary>Lists that Go's types write also when they are empty.</summary>
    private static readonly string[] Written =
    [
        "addresses",
        "admissionReviewVersions",
        "containers",
        "endpoints",
        "limits",
        "monitors",
        "nodeSelectorTerms",
        "paths",
        "rules",
        "sources",
        "verbs",
    ];

    /// <summary>Takes them off in place, but for the object's own metadata.</summary>
    public static void Drop(MergeSchema kind, JsonObject value)
    {
        foreach (var (name, child) in value.ToList())
        {
            if (name is not ("apiVersion" or "kind" or "metadata"))
            {
                Drop(kind, value, name, child);
            }
        }
    }

    private static void Drop(MergeSchema schema, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, child) in map.ToList())
                {
                    Drop(schema, map, name, child);
                }

                break;
            case JsonArray list when schema is ListSchema { Element: var element }:
                foreach (var item in list)
                {
                    Drop(element, item);
                }

                break;
            default:
                break;
        }
    }

    private static void Drop(MergeSchema schema, JsonObject parent, string name, JsonNode? child)
    {
        if (schema is not StructSchema known)
        {
            return;
        }

        if (!known.Fields.TryGetValue(name, out var field))
        {
            if (known.Rest is { } rest)
            {
                Drop(rest, child);
            }

            return;
        }

        var isEmpty = (child, field.Schema) switch
        {
            (JsonArray { Count: 0 }, ListSchema) => !Written.Contains(name, StringComparer.Ordinal),
            (JsonObject { Count: 0 }, StructSchema { Fields.Count: 0, Rest: not null }) => true,
            _ => false,
        };
        if (isEmpty)
        {
            parent.Remove(name);
        }
        else
        {
            Drop(field.Schema, child);
        }
    }
}
