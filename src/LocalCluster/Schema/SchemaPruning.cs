using System.Text.Json.Nodes;

namespace LocalCluster.Schema;

/// <summary>Removes undeclared fields.</summary>
internal static class SchemaPruning
{
    /// <summary>Prunes a value in place.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="value">The value.</param>
    /// <param name="isResource">True when it is a whole resource, whose apiVersion, kind and metadata are not the schema's to declare.</param>
    /// <param name="onUnknown">Told the path of each removed field, in ordinal order.</param>
    public static void Prune(StructuralSchema schema, JsonNode? value, bool isResource, Action<string>? onUnknown)
    {
        var unknown = new List<string>();
        Prune(schema, value, "", isResource, unknown);
        unknown.Sort(StringComparer.Ordinal);
        if (onUnknown is not null)
        {
            unknown.ForEach(onUnknown);
        }
    }

    private static void Prune(
        StructuralSchema? schema,
        JsonNode? value,
        string path,
        bool isResource,
        List<string> unknown
    )
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, child) in map.ToList())
                {
                    if (isResource && name is ("apiVersion" or "kind" or "metadata"))
                    {
                        continue;
                    }
                    var below = FieldError.Child(path, name);
                    if (schema is not null && schema.Properties.TryGetValue(name, out var property))
                    {
                        Prune(property, child, below, isResource: false, unknown);
                    }
                    else if (
                        schema is not null
                        && (
                            schema.AdditionalProperties is not null
                            || schema.AllowsAnyProperty
                            || schema.AllowsNoProperty
                        )
                    )
                    {
                        Prune(schema.AdditionalProperties, child, below, isResource: false, unknown);
                    }
                    else if (schema?.PreserveUnknownFields != true)
                    {
                        unknown.Add(below);
                        map.Remove(name);
                    }
                }
                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (schema?.PreserveUnknownFields == true)
                    {
                        // A list inside preserved content is preserved too, but for what its item schema declares.
                        if (schema.Items is { } items)
                        {
                            PruneDeclared(items, list[i], $"{path}[{i}]", unknown);
                        }
                        continue;
                    }
                    Prune(schema?.Items, list[i], $"{path}[{i}]", isResource: false, unknown);
                }
                break;
        }
    }

    /// <summary>Prunes below declared fields alone: the value itself is preserved.</summary>
    private static void PruneDeclared(StructuralSchema schema, JsonNode? value, string path, List<string> unknown)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, child) in map.ToList())
                {
                    if (schema.Properties.TryGetValue(name, out var property))
                    {
                        Prune(property, child, FieldError.Child(path, name), isResource: false, unknown);
                    }
                    else if (
                        schema.AdditionalProperties is not null
                        || schema.AllowsAnyProperty
                        || schema.AllowsNoProperty
                    )
                    {
                        Prune(
                            schema.AdditionalProperties,
                            child,
                            FieldError.Child(path, name),
                            isResource: false,
                            unknown
                        );
                    }
                }
                break;
            case JsonArray list when schema.Items is { } items:
                for (var i = 0; i < list.Count; i++)
                {
                    PruneDeclared(items, list[i], $"{path}[{i}]", unknown);
                }
                break;
        }
    }
}
