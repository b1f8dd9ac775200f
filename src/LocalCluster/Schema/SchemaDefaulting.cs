using System.Text.Json.Nodes;

namespace LocalCluster.Schema;

/// <summary>Fills in defaults.</summary>
internal static class SchemaDefaulting
{
    /// <summary>Removes nulls that neither are values nor have a default.</summary>
    public static void DropNulls(StructuralSchema? schema, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, child) in map.ToList())
                {
                    var property = schema is null
                        ? null
                        : schema.Properties.GetValueOrDefault(name) ?? schema.AdditionalProperties;
                    if (child is null && property is { Nullable: false, Default: null })
                    {
                        map.Remove(name);
                    }
                    else
                    {
                        DropNulls(property, child);
                    }
                }
                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    DropNulls(schema?.Items, item);
                }
                break;
        }
    }

    /// <summary>Fills in the defaults of what is missing, and of what is null where null is no value.</summary>
    public static void Fill(StructuralSchema? schema, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map when schema is not null:
                foreach (var (name, property) in schema.Properties)
                {
                    if (
                        property.Default is { } fallback
                        && (!map.TryGetPropertyValue(name, out var there) || (there is null && !property.Nullable))
                    )
                    {
                        map[name] = fallback.DeepClone();
                    }
                }
                foreach (var (name, child) in map.ToList())
                {
                    if (schema.Properties.TryGetValue(name, out var property))
                    {
                        Fill(property, child);
                    }
                    else if (schema.AdditionalProperties is { } values)
                    {
                        if (child is null && !values.Nullable && values.Default is { } fallback)
                        {
                            map[name] = fallback.DeepClone();
                        }
                        Fill(values, map[name]);
                    }
                }
                break;
            case JsonArray list when schema?.Items is { } items:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is null && !items.Nullable && items.Default is { } fallback)
                    {
                        list[i] = fallback.DeepClone();
                    }
                    Fill(items, list[i]);
                }
                break;
        }
    }
}
