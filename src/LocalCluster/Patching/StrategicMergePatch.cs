using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>
/// Strategic merge patch: a merge patch that merges lists by key, with the directives <c>$patch</c>, <c>$deleteFromPrimitiveList</c>,
/// <c>$setElementOrder</c> and <c>$retainKeys</c>
/// (<see href="https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md"/>).
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";
    private const string OrderPrefix = "$setElementOrder/";

    /// <summary>Returns the target with the patch merged in; neither argument is changed.</summary>
    /// <exception cref="PatchException">A directive is not valid, or an item has no merge key.</exception>
    public static JsonObject Apply(JsonObject target, JsonObject patch, MergeSchema schema) =>
        MergeMap(target, patch, schema) ?? [];

    /// <summary>Merges an object; null when the patch deletes it.</summary>
    private static JsonObject? MergeMap(JsonObject? target, JsonObject patch, MergeSchema schema)
    {
        var map = schema as StructSchema ?? (schema as AnySchema)?.Map ?? MergeSchema.Deduced.Map;
        if (patch.TryGetPropertyValue(Directive, out var directive))
        {
            switch (JsonValues.AsString(directive))
            {
                case "replace":
                    return (JsonObject)Plain(patch)!;
                case "delete":
                    return null;
                case "merge":
                    break;
                default:
                    throw Bad(
                        $"Unknown patch type: {JsonValues.Canonical(directive)} in map: {JsonValues.Canonical(patch)}"
                    );
            }
        }
        var result = target?.DeepClone().AsObject() ?? [];
        if (patch[RetainKeys] is { } retain)
        {
            Retain(result, retain, patch);
        }
        DeletePrimitives(result, patch);
        foreach (var (name, change) in patch)
        {
            if (name is Directive or RetainKeys || name.StartsWith(DeletePrefix, StringComparison.Ordinal))
            {
                continue;
            }
            if (name.StartsWith(OrderPrefix, StringComparison.Ordinal))
            {
                OrderOnly(result, name[OrderPrefix.Length..], change, patch, map);
                continue;
            }
            MergeField(result, name, change, patch, map);
        }
        return result;
    }

    private static void MergeField(JsonObject result, string name, JsonNode? change, JsonObject patch, StructSchema map)
    {
        result.TryGetPropertyValue(name, out var current);
        switch (change)
        {
            case null:
                result.Remove(name);
                break;
            case JsonObject fields:
                if (MergeMap(current as JsonObject, fields, map.Of(name)) is { } merged)
                {
                    result[name] = merged;
                }
                else
                {
                    result.Remove(name);
                }
                break;
            case JsonArray items:
                var order = patch[OrderPrefix + name] as JsonArray;
                result[name] = MergeList(current as JsonArray, items, order, map.Of(name), name);
                break;
            default:
                result[name] = change.DeepClone();
                break;
        }
    }

    private static JsonArray MergeList(
        JsonArray? current,
        JsonArray patch,
        JsonArray? order,
        MergeSchema schema,
        string name
    )
    {
        var list = schema as ListSchema;
        if (list?.StrategicSet == true)
        {
            var items = new List<JsonNode?>(current ?? []);
            items.AddRange(patch.Where(p => !items.Exists(i => JsonValues.Equal(i, p))));
            return Copy(Sort(Distinct(items), current, patch, order, i => i));
        }
        if (list?.StrategicKey is not { } key)
        {
            return Copy(patch.Select(Plain));
        }
        if (patch.Any(p => p is JsonObject o && JsonValues.AsString(o[Directive]) == "replace"))
        {
            return Copy(
                patch.Where(p => p is not JsonObject o || JsonValues.AsString(o[Directive]) != "replace").Select(Plain)
            );
        }
        var merged = new List<JsonNode?>(current ?? []);
        foreach (var item in patch)
        {
            if (item is not JsonObject change)
            {
                throw Bad($"expected an object in the list {name}, which is merged by {key}");
            }
            if (!change.TryGetPropertyValue(key, out var id))
            {
                throw Bad($"map: {JsonValues.Canonical(change)} does not contain declared merge key: {key}");
            }
            var at = merged.FindIndex(m => m is JsonObject o && JsonValues.Equal(o[key], id));
            if (JsonValues.AsString(change[Directive]) == "delete")
            {
                merged.RemoveAll(m => m is JsonObject o && JsonValues.Equal(o[key], id));
            }
            else if (at < 0)
            {
                merged.Add(MergeMap(null, change, list.Element));
            }
            else
            {
                merged[at] = MergeMap(merged[at] as JsonObject, change, list.Element);
            }
        }
        return Copy(Sort(merged, current, patch, order, i => (i as JsonObject)?[key]));
    }

    /// <summary>
    /// Puts merged items in order: those named by $setElementOrder (or by the patch) as there; the others keep their place relative to them.
    /// </summary>
    private static List<JsonNode?> Sort(
        List<JsonNode?> merged,
        JsonArray? current,
        JsonArray patch,
        JsonArray? order,
        Func<JsonNode?, JsonNode?> key
    )
    {
        if (order is null)
        {
            return merged;
        }
        int In(JsonArray? list, JsonNode? item)
        {
            for (var at = 0; at < (list?.Count ?? 0); at++)
            {
                if (JsonValues.Equal(key(list![at]), key(item)))
                {
                    return at;
                }
            }
            return -1;
        }
        var ordered = merged.Where(m => In(order, m) >= 0).OrderBy(m => In(order, m)).ToList();
        var serverOnly = merged.Where(m => In(order, m) < 0).ToList();
        var result = new List<JsonNode?>();
        var (i, j) = (0, 0);
        while (i < ordered.Count || j < serverOnly.Count)
        {
            if (j >= serverOnly.Count)
            {
                result.Add(ordered[i++]);
            }
            else if (i >= ordered.Count)
            {
                result.Add(serverOnly[j++]);
            }
            else
            {
                var (a, b) = (In(current, ordered[i]), In(current, serverOnly[j]));
                // An item that is only the server's goes before the next ordered one it already stood before.
                result.Add(a >= 0 && b >= 0 && b < a ? serverOnly[j++] : ordered[i++]);
            }
        }
        return result;
    }

    private static void OrderOnly(JsonObject result, string name, JsonNode? order, JsonObject patch, StructSchema map)
    {
        if (order is not JsonArray wanted)
        {
            throw Bad($"$setElementOrder/{name} must be a list");
        }
        if (patch.ContainsKey(name) || result[name] is not JsonArray current || map.Of(name) is not ListSchema list)
        {
            return;
        }
        if (list.StrategicSet)
        {
            result[name] = Copy(Sort([.. current], current, [], wanted, i => i));
        }
        else if (list.StrategicKey is { } key)
        {
            result[name] = Copy(Sort([.. current], current, [], wanted, i => (i as JsonObject)?[key]));
        }
    }

    private static void DeletePrimitives(JsonObject result, JsonObject patch)
    {
        foreach (var (name, values) in patch.Where(p => p.Key.StartsWith(DeletePrefix, StringComparison.Ordinal)))
        {
            if (values is not JsonArray gone)
            {
                throw Bad($"{name} must be a list");
            }
            var field = name[DeletePrefix.Length..];
            if (result[field] is JsonArray list)
            {
                result[field] = Copy(list.Where(item => !gone.Any(g => JsonValues.Equal(g, item))));
            }
        }
    }

    private static void Retain(JsonObject result, JsonNode retain, JsonObject patch)
    {
        if (retain is not JsonArray list)
        {
            throw Bad("invalid format, $retainKeys must be a list");
        }
        var keep = list.Select(JsonValues.AsString).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (name, change) in patch)
        {
            if (!name.StartsWith('$') && change is not null && !keep.Contains(name))
            {
                throw Bad($"invalid format, all keys in the patch must be in the $retainKeys list: {name} is not");
            }
        }
        foreach (var name in result.Select(p => p.Key).Where(k => !keep.Contains(k)).ToList())
        {
            result.Remove(name);
        }
    }

    private static List<JsonNode?> Distinct(List<JsonNode?> items)
    {
        var result = new List<JsonNode?>();
        result.AddRange(items.Where((item, i) => items.FindIndex(other => JsonValues.Equal(other, item)) == i));
        return result;
    }

    private static JsonArray Copy(IEnumerable<JsonNode?> items)
    {
        var copy = new JsonArray();
        foreach (var item in items)
        {
            copy.Add(item?.DeepClone());
        }
        return copy;
    }

    /// <summary>The patch as a value: without directives and without nulls.</summary>
    private static JsonNode? Plain(JsonNode? node)
    {
        if (node is not JsonObject map)
        {
            return node?.DeepClone();
        }
        var plain = new JsonObject();
        foreach (var (name, value) in map)
        {
            if (!name.StartsWith('$') && value is not null)
            {
                plain[name] = Plain(value);
            }
        }
        return plain;
    }

    private static PatchException Bad(string message) => new(PatchFailure.Malformed, message);
}
