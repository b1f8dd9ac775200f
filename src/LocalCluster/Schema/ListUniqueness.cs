using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>Lists of type set and map hold each item once.</summary>
internal static class ListUniqueness
{
    /// <summary>The second appearance of every item that is there more than once.</summary>
    public static IReadOnlyList<FieldError> Check(StructuralSchema schema, JsonNode? value)
    {
        var errors = new List<FieldError>();
        Check(schema, value, "", errors);
        return errors;
    }

    /// <summary>The item of an older list that a list-map item stands for; absent when there is none.</summary>
    public static Slot Correlate(StructuralSchema schema, JsonArray? old, JsonNode? item)
    {
        if (schema.ListType != "map" || old is null || item is not JsonObject)
        {
            return Slot.Absent;
        }
        var key = Key(schema, item);
        foreach (var candidate in old)
        {
            if (candidate is JsonObject && JsonValues.Equal(Key(schema, candidate), key))
            {
                return Slot.Of(candidate);
            }
        }
        return Slot.Absent;
    }

    private static void Check(StructuralSchema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, child) in map)
                {
                    if (schema.AdditionalProperties is { } values)
                    {
                        Check(values, child, $"{path}[{name}]", errors);
                    }
                    if (schema.Properties.TryGetValue(name, out var property))
                    {
                        Check(property, child, FieldError.Child(path, name), errors);
                    }
                }
                break;
            case JsonArray list:
                CheckList(schema, list, path, errors);
                break;
        }
    }

    private static void CheckList(StructuralSchema schema, JsonArray list, string path, List<FieldError> errors)
    {
        if (schema.ListType == "set")
        {
            CheckOnce(list.Select(item => (item, item)), path, errors);
        }
        else if (schema.ListType == "map")
        {
            for (var i = 0; i < list.Count; i++)
            {
                if (list[i] is not (null or JsonObject))
                {
                    errors.Add(
                        FieldError.Invalid($"{path}[{i}]", list[i], "must be an object for an array of list-type map")
                    );
                    return;
                }
            }
            CheckOnce(list.Select(item => (item, (JsonNode?)Key(schema, item))), path, errors);
        }
        if (schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
            {
                Check(items, list[i], $"{path}[{i}]", errors);
            }
        }
    }

    private static void CheckOnce(
        IEnumerable<(JsonNode? Item, JsonNode? Key)> items,
        string path,
        List<FieldError> errors
    )
    {
        var times = new Dictionary<string, int>(StringComparer.Ordinal);
        var index = 0;
        foreach (var (_, key) in items)
        {
            var text = JsonValues.Canonical(key);
            times[text] = times.GetValueOrDefault(text) + 1;
            if (times[text] == 2)
            {
                errors.Add(FieldError.Duplicate($"{path}[{index}]", key));
            }
            index++;
        }
    }

    private static JsonObject Key(StructuralSchema schema, JsonNode? item)
    {
        var key = new JsonObject();
        foreach (var name in schema.ListMapKeys)
        {
            if (item is JsonObject map && map.TryGetPropertyValue(name, out var value))
            {
                key[name] = value?.DeepClone();
            }
        }
        return key;
    }
}
