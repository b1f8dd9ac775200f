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
        MergeMap(target, patch, schema);

    private static JsonObject MergeMap(JsonObject target, JsonObject patch, MergeSchema schema)
    {
        if (patch.TryGetPropertyValue(Directive, out var directive))
        {
            return JsonValues.AsString(directive) switch
            {
                "replace" => Copy(patch.Where(p => p.Key != Directive)),
                "delete" => [],
                _ => throw Senseless(
                    $"unknown patch type: {GoFormat.Value(directive)} in map: {GoFormat.Value(patch)}"
                ),
            };
        }
        var map = schema as StructSchema ?? (schema as AnySchema)?.Map ?? MergeSchema.Deduced.Map;
        var result = target.DeepClone().AsObject();
        if (patch[RetainKeys] is { } retain)
        {
            Retain(result, retain, patch);
        }
        foreach (var (name, change) in patch)
        {
            if (name.StartsWith(DeletePrefix, StringComparison.Ordinal))
            {
                DeletePrimitives(result, name[DeletePrefix.Length..], change);
            }
        }
        foreach (var (name, change) in patch)
        {
            if (!name.StartsWith('$'))
            {
                MergeField(result, name, change, map);
            }
            else if (name.StartsWith(OrderPrefix, StringComparison.Ordinal) && change is not JsonArray)
            {
                throw Bad($"invalid patch format of setElementOrder list: {name} must be a list");
            }
        }
        foreach (var (name, order) in patch.Where(p => p.Key.StartsWith(OrderPrefix, StringComparison.Ordinal)))
        {
            var field = name[OrderPrefix.Length..];
            if (result[field] is JsonArray merged && map.Of(field) is ListSchema list)
            {
                CheckOrder(field, patch[field] as JsonArray, order!.AsArray(), list);
                result[field] = Copy(Sort([.. merged], target[field] as JsonArray, order!.AsArray(), list));
            }
        }
        return result;
    }

    private static void MergeField(JsonObject result, string name, JsonNode? change, StructSchema map)
    {
        result.TryGetPropertyValue(name, out var current);
        switch (current, change)
        {
            case (_, null):
                result.Remove(name);
                break;
            case (JsonObject before, JsonObject fields):
                result[name] = MergeMap(before, fields, map.Of(name));
                break;
            case (JsonArray before, JsonArray items):
                result[name] = MergeList(before, items, map.Of(name), name);
                break;
            default:
                if (TryPlain(change, out var plain))
                {
                    result[name] = plain;
                }
                else
                {
                    result.Remove(name);
                }
                break;
        }
    }

    private static JsonArray MergeList(JsonArray current, JsonArray patch, MergeSchema schema, string name)
    {
        if (schema is not ListSchema list || (list.StrategicKey is null && !list.StrategicSet))
        {
            return Copy(patch);
        }
        if (list.StrategicKey is not { } key)
        {
            var items = new List<JsonNode?>();
            foreach (var item in current.Concat(patch))
            {
                if (!items.Exists(other => JsonValues.Equal(other, item)))
                {
                    items.Add(item);
                }
            }
            return Copy(Sort(items, current, patch, list));
        }
        var merged = new List<JsonNode?>(current);
        var changes = new JsonArray();
        var replace = false;
        foreach (var item in patch)
        {
            if (item is not JsonObject change)
            {
                throw Bad($"expected an object in the list {name}, which is merged by {key}");
            }
            switch (JsonValues.AsString(change[Directive]))
            {
                case null when !change.ContainsKey(Directive):
                    changes.Add(change.DeepClone());
                    break;
                case "delete":
                    var gone = KeyOf(change, key);
                    merged.RemoveAll(m => m is JsonObject o && JsonValues.Equal(o[key], gone));
                    break;
                case "replace":
                    replace = true;
                    break;
                default:
                    throw Senseless(
                        $"unknown patch type: {GoFormat.Value(change[Directive])} in map: {GoFormat.Value(change)}"
                    );
            }
        }
        if (replace)
        {
            return changes;
        }
        foreach (var change in changes.Select(c => c!.AsObject()))
        {
            var id = KeyOf(change, key);
            var at = merged.FindIndex(m => m is JsonObject o && JsonValues.Equal(o[key], id));
            if (at >= 0)
            {
                merged[at] = MergeMap(merged[at]!.AsObject(), change, list.Element);
            }
            else if (TryPlain(change, out var plain))
            {
                merged.Add(plain);
            }
        }
        return Copy(Sort(merged, current, changes, list));
    }

    private static JsonNode? KeyOf(JsonObject item, string key) =>
        item.TryGetPropertyValue(key, out var id)
            ? id
            : throw Senseless($"map: {GoFormat.Value(item)} does not contain declared merge key: {key}");

    private static int IndexIn(JsonArray? items, JsonNode? item, ListSchema list)
    {
        JsonNode? Id(JsonNode? node) => list.StrategicKey is { } key ? (node as JsonObject)?[key] : node;
        for (var at = 0; at < (items?.Count ?? 0); at++)
        {
            if (JsonValues.Equal(Id(items![at]), Id(item)))
            {
                return at;
            }
        }
        return -1;
    }

    /// <summary>
    /// Puts merged items in order: those that the order names as there; the others where they stood before, and behind those they did not stand
    /// before.
    /// </summary>
    private static List<JsonNode?> Sort(List<JsonNode?> merged, JsonArray? current, JsonArray order, ListSchema list)
    {
        var ordered = merged.Where(m => IndexIn(order, m, list) >= 0).OrderBy(m => IndexIn(order, m, list)).ToList();
        var others = merged.Where(m => IndexIn(order, m, list) < 0).OrderBy(m => IndexIn(current, m, list)).ToList();
        var result = new List<JsonNode?>(merged.Count);
        var (i, j) = (0, 0);
        while (i < ordered.Count || j < others.Count)
        {
            if (j >= others.Count)
            {
                result.Add(ordered[i++]);
            }
            else if (i >= ordered.Count)
            {
                result.Add(others[j++]);
            }
            else
            {
                var (a, b) = (IndexIn(current, ordered[i], list), IndexIn(current, others[j], list));
                result.Add(a >= 0 && b >= 0 && b < a ? others[j++] : ordered[i++]);
            }
        }
        return result;
    }

    /// <summary>What a patch changes in a list must be in the order it states, in that order.</summary>
    private static void CheckOrder(string name, JsonArray? patch, JsonArray order, ListSchema list)
    {
        var at = (patch ?? [])
            .Where(p => p is not JsonObject o || !o.ContainsKey(Directive))
            .Select(p => IndexIn(order, p, list))
            .ToList();
        if (order.Count > 0 && (at.Contains(-1) || !at.Order().SequenceEqual(at)))
        {
            throw Bad(
                $"The order in patch list:\n{JsonValues.Canonical(patch)}\n doesn't match $setElementOrder/{name} list:\n{JsonValues.Canonical(order)}\n"
            );
        }
    }

    private static void DeletePrimitives(JsonObject result, string field, JsonNode? values)
    {
        if (values is not JsonArray gone)
        {
            throw Bad($"invalid patch format of primitive list: {DeletePrefix}{field} must be a list");
        }
        if (result[field] is JsonArray list)
        {
            result[field] = Copy(list.Where(item => !gone.Any(g => JsonValues.Equal(g, item))));
        }
    }

    private static void Retain(JsonObject result, JsonNode retain, JsonObject patch)
    {
        if (retain is not JsonArray list)
        {
            throw Bad("invalid patch format of retainKeys: it must be a list");
        }
        var keep = list.Select(JsonValues.AsString).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var (name, change) in patch)
        {
            if (!name.StartsWith('$') && change is not null && !keep.Contains(name))
            {
                throw Bad($"invalid patch format of retainKeys: {name} is patched but not retained");
            }
        }
        foreach (var name in result.Select(p => p.Key).Where(k => !keep.Contains(k)).ToList())
        {
            result.Remove(name);
        }
    }

    /// <summary>A patch as a value: without nulls and directives; false for an object that is a directive itself.</summary>
    private static bool TryPlain(JsonNode? patch, out JsonNode? plain)
    {
        switch (patch)
        {
            case JsonObject map:
                var fields = new JsonObject();
                plain = fields;
                if (map.ContainsKey(Directive))
                {
                    return false;
                }
                foreach (var (name, value) in map)
                {
                    if (value is not null && !name.StartsWith('$') && TryPlain(value, out var field))
                    {
                        fields[name] = field;
                    }
                }
                return true;
            case JsonArray list:
                var items = new JsonArray();
                plain = items;
                foreach (var value in list)
                {
                    if (TryPlain(value, out var item))
                    {
                        items.Add(item);
                    }
                }
                return true;
            default:
                plain = patch?.DeepClone();
                return true;
        }
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

    private static JsonObject Copy(IEnumerable<KeyValuePair<string, JsonNode?>> fields)
    {
        var copy = new JsonObject();
        foreach (var (name, value) in fields)
        {
            copy[name] = value?.DeepClone();
        }
        return copy;
    }

    private static PatchException Senseless(string message) => new(PatchFailure.Senseless, message);

    private static PatchException Bad(string message) => new(PatchFailure.Malformed, message);
}
