using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>Takes fields off objects of built-in kinds that the kinds do not have, as reading them into types does.</summary>
internal static class BuiltInFields
{
    /// <summary>Prunes an object in place, but for its metadata, and tells the path of what is taken off.</summary>
    public static void Prune(MergeSchema kind, JsonObject value, Action<string> onUnknown)
    {
        foreach (var (name, child) in value.ToList())
        {
            if (name is not ("apiVersion" or "kind" or "metadata"))
            {
                Field(kind, value, name, child, name, onUnknown);
            }
        }
    }

    private static void Prune(MergeSchema schema, JsonNode? node, string path, Action<string> onUnknown)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, child) in map.ToList())
                {
                    Field(schema, map, name, child, $"{path}.{name}", onUnknown);
                }

                break;
            case JsonArray list when schema is ListSchema { Element: var element }:
                for (var i = 0; i < list.Count; i++)
                {
                    Prune(element, list[i], $"{path}[{i}]", onUnknown);
                }

                break;
            default:
                break;
        }
    }

    private static void Field(
        MergeSchema schema,
        JsonObject parent,
        string name,
        JsonNode? child,
        string path,
        Action<string> onUnknown
    )
    {
        if (schema is not StructSchema known)
        {
            return;
        }

        if (known.Fields.TryGetValue(name, out var field))
        {
            Prune(field.Schema, child, path, onUnknown);
        }
        else if (known.Rest is { } rest)
        {
            Prune(rest, child, path, onUnknown);
        }
        else
        {
            parent.Remove(name);
            onUnknown(path);
        }
    }
}
