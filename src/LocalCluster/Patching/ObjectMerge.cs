using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>Merges an applied configuration into an object, and takes fields out of one, by schema.</summary>
internal static class ObjectMerge
{
    /// <summary>The left value with everything the right one states put in; shares no node with either.</summary>
    public static Slot Merge(MergeSchema schema, Slot left, Slot right)
    {
        switch (schema.Resolve(right.Present ? right : left))
        {
            case StructSchema map:
                var (a, b) = (left.Node as JsonObject, right.Node as JsonObject);
                // Two empty or null values are a leaf: that keeps the difference between empty and null.
                return map.IsAtomic || (Empty(a) && Empty(b)) ? Keep(left, right) : MergeMaps(map, a, b);
            case ListSchema list:
                var (c, d) = (left.Node as JsonArray, right.Node as JsonArray);
                return list.Relation == ListRelation.Atomic || (Empty(c) && Empty(d))
                    ? Keep(left, right)
                    : MergeLists(list, c, d);
            default:
                return Keep(left, right);
        }
    }

    /// <summary>The value without the fields of the set; absent when nothing is left of an object or list.</summary>
    public static Slot Remove(MergeSchema schema, Slot value, FieldSet remove)
    {
        if (!value.Present)
        {
            return value;
        }
        switch (schema.Resolve(value), value.Node)
        {
            case (StructSchema map, JsonObject fields):
                if (map.IsAtomic || fields.Count == 0)
                {
                    return Slot.Absent;
                }
                var kept = new JsonObject();
                foreach (var (name, child) in fields)
                {
                    var element = PathElement.Field(name);
                    if (remove.Has(element))
                    {
                        continue;
                    }
                    var rest = remove.Below(element) is { } below
                        ? Remove(map.Of(name), Slot.Of(child), below)
                        : Slot.Of(child?.DeepClone());
                    // What has nothing left is null, as in Kubernetes; where null is no value, the apply is then refused.
                    kept[name] = rest.Node;
                }
                return kept.Count == 0 ? Slot.Absent : Slot.Of(kept);
            case (ListSchema list, JsonArray items):
                if (list.Relation == ListRelation.Atomic || items.Count == 0)
                {
                    return Slot.Absent;
                }
                var left = new JsonArray();
                foreach (var item in items)
                {
                    var element = MergeItems.Identify(list, item, out _);
                    if (element is not null && remove.Has(element))
                    {
                        continue;
                    }
                    var rest =
                        element is not null && remove.Below(element) is { } below
                            ? Remove(list.Element, Slot.Of(item), below)
                            : Slot.Of(item?.DeepClone());
                    left.Add(rest.Node);
                }
                return left.Count == 0 ? Slot.Absent : Slot.Of(left);
            default:
                return Slot.Of(value.Node?.DeepClone());
        }
    }

    private static bool Empty(JsonObject? map) => map is null || map.Count == 0;

    private static bool Empty(JsonArray? list) => list is null || list.Count == 0;

    private static Slot Keep(Slot left, Slot right)
    {
        var kept = right.Present ? right : left;
        return kept.Present ? Slot.Of(kept.Node?.DeepClone()) : kept;
    }

    private static Slot MergeMaps(StructSchema schema, JsonObject? left, JsonObject? right)
    {
        var result = new JsonObject();
        foreach (var name in (left ?? []).Concat(right ?? []).Select(p => p.Key).Distinct(StringComparer.Ordinal))
        {
            var merged = Merge(schema.Of(name), Slot.Field(left, name), Slot.Field(right, name));
            if (merged.Present)
            {
                result[name] = merged.Node;
            }
        }
        return result.Count == 0 ? Slot.Absent : Slot.Of(result);
    }

    /// <summary>
    /// Items of both lists take the order of the applied list; items of the live list alone stay where they are between them.
    /// </summary>
    private static Slot MergeLists(ListSchema schema, JsonArray? left, JsonArray? right)
    {
        var live = Index(schema, left);
        var applied = Index(schema, right);
        var liveByElement = new Dictionary<PathElement, Slot>();
        foreach (var (element, item) in live)
        {
            // Items that occur more than once are not merged with the applied one, which replaces them.
            liveByElement[element] = liveByElement.ContainsKey(element) ? Slot.Of(null) : Slot.Of(item);
        }
        var appliedElements = applied.Select(a => a.Element).ToHashSet();
        var shared = new Queue<PathElement>(applied.Select(a => a.Element).Where(liveByElement.ContainsKey));
        var next = shared.Count > 0 ? shared.Dequeue() : null;
        var merged = new HashSet<PathElement>();
        var result = new JsonArray();

        void Emit(Slot l, Slot r)
        {
            var item = Merge(schema.Element, l, r);
            if (item.Present)
            {
                result.Add(item.Node);
            }
        }

        var (i, j) = (0, 0);
        while (i < live.Count || j < applied.Count)
        {
            if (i < live.Count && j < applied.Count)
            {
                var element = live[i].Element;
                if (element.Equals(applied[j].Element))
                {
                    merged.Add(element);
                    Emit(liveByElement[element], Slot.Of(applied[j].Item));
                    i++;
                    j++;
                    next = shared.Count > 0 ? shared.Dequeue() : null;
                    continue;
                }
                if (appliedElements.Contains(element) && next is not null && !next.Equals(element))
                {
                    i++;
                    continue;
                }
            }
            if (i < live.Count)
            {
                var element = live[i].Element;
                if (!appliedElements.Contains(element))
                {
                    Emit(Slot.Of(live[i].Item), Slot.Absent);
                    i++;
                    continue;
                }
                if (merged.Contains(element))
                {
                    i++;
                }
            }
            if (j < applied.Count)
            {
                var element = applied[j].Element;
                merged.Add(element);
                Emit(liveByElement.GetValueOrDefault(element), Slot.Of(applied[j].Item));
                j++;
                if (next is not null && next.Equals(element))
                {
                    next = shared.Count > 0 ? shared.Dequeue() : null;
                }
            }
        }
        return result.Count == 0 ? Slot.Absent : Slot.Of(result);
    }

    private static List<(PathElement Element, JsonNode? Item)> Index(ListSchema schema, JsonArray? list)
    {
        var items = new List<(PathElement, JsonNode?)>();
        foreach (var item in list ?? [])
        {
            if (MergeItems.Identify(schema, item, out _) is { } element)
            {
                items.Add((element, item));
            }
        }
        return items;
    }
}
