using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>What changed between two versions of an object, as sets of fields.</summary>
internal sealed class ObjectComparison
{
    private ObjectComparison(FieldSet added, FieldSet modified, FieldSet removed)
    {
        Added = added;
        Modified = modified;
        Removed = removed;
    }

    /// <summary>Fields only the new version has.</summary>
    public FieldSet Added { get; }

    /// <summary>Fields both have, with other values.</summary>
    public FieldSet Modified { get; }

    /// <summary>Fields only the old version has.</summary>
    public FieldSet Removed { get; }

    /// <summary>Compares two versions.</summary>
    public static ObjectComparison Of(MergeSchema schema, JsonObject before, JsonObject after)
    {
        var comparison = new ObjectComparison(new(), new(), new());
        comparison.Compare(schema, Slot.Of(before), Slot.Of(after), []);
        return comparison;
    }

    /// <summary>The comparison restricted to what a scope lets a writer own.</summary>
    public ObjectComparison Within(OwnershipScope scope) =>
        new(scope.Filter(Added), scope.Filter(Modified), scope.Filter(Removed));

    private void Compare(MergeSchema schema, Slot before, Slot after, PathElement[] path)
    {
        var (left, right) = (schema.Resolve(before), schema.Resolve(after));
        bool leaf;
        if (!after.Present)
        {
            leaf = Visit(left, before, after, path);
        }
        else if (!before.Present || ReferenceEquals(left, right))
        {
            leaf = Visit(right, before, after, path);
        }
        else
        {
            // The value changed its kind: what the old one had is removed, what the new one has is added.
            Visit(left, before, after, path);
            leaf = Visit(right, before, after, path);
        }
        if (!leaf)
        {
            if (!before.Present)
            {
                Added.Add(path);
            }
            else if (!after.Present)
            {
                Removed.Add(path);
            }
        }
    }

    private bool Visit(MergeSchema schema, Slot before, Slot after, PathElement[] path)
    {
        switch (schema)
        {
            case StructSchema map:
                var (a, b) = (before.Node as JsonObject, after.Node as JsonObject);
                if (map.IsAtomic || (a is null or { Count: 0 } && b is null or { Count: 0 }))
                {
                    return Leaf(before, after, path);
                }
                foreach (var name in (a ?? []).Concat(b ?? []).Select(p => p.Key).Distinct(StringComparer.Ordinal))
                {
                    Compare(map.Of(name), Slot.Field(a, name), Slot.Field(b, name), [.. path, PathElement.Field(name)]);
                }
                return false;
            case ListSchema list:
                var (c, d) = (before.Node as JsonArray, after.Node as JsonArray);
                if (list.Relation == ListRelation.Atomic || (c is null or { Count: 0 } && d is null or { Count: 0 }))
                {
                    return Leaf(before, after, path);
                }
                CompareItems(list, Group(list, c), Group(list, d), path);
                return false;
            default:
                return Leaf(before, after, path);
        }
    }

    private void CompareItems(
        ListSchema list,
        Dictionary<PathElement, List<JsonNode?>> before,
        Dictionary<PathElement, List<JsonNode?>> after,
        PathElement[] path
    )
    {
        foreach (var element in before.Keys.Union(after.Keys))
        {
            PathElement[] below = [.. path, element];
            var old = before.GetValueOrDefault(element, []);
            var now = after.GetValueOrDefault(element, []);
            switch (old.Count, now.Count)
            {
                case (<= 1, <= 1):
                    Compare(list.Element, First(old), First(now), below);
                    break;
                case (>= 2, >= 2):
                    if (old.Count != now.Count || !old.Zip(now).All(p => JsonValues.Equal(p.First, p.Second)))
                    {
                        Modified.Add(below);
                    }
                    break;
                case (>= 2, _):
                    if (now.Count > 0)
                    {
                        Compare(list.Element, Slot.Absent, First(now), below);
                    }
                    Removed.Add(below);
                    break;
                default:
                    if (old.Count > 0)
                    {
                        Compare(list.Element, First(old), Slot.Absent, below);
                    }
                    Added.Add(below);
                    break;
            }
        }
    }

    private static Slot First(List<JsonNode?> items) => items.Count == 0 ? Slot.Absent : Slot.Of(items[0]);

    private static Dictionary<PathElement, List<JsonNode?>> Group(ListSchema list, JsonArray? items)
    {
        var groups = new Dictionary<PathElement, List<JsonNode?>>();
        foreach (var item in items ?? [])
        {
            if (MergeItems.Identify(list, item, out _) is { } element)
            {
                if (!groups.TryGetValue(element, out var group))
                {
                    groups.Add(element, group = []);
                }
                group.Add(item);
            }
        }
        return groups;
    }

    private bool Leaf(Slot before, Slot after, PathElement[] path)
    {
        if (!before.Present)
        {
            Added.Add(path);
        }
        else if (!after.Present)
        {
            Removed.Add(path);
        }
        else if (!JsonValues.Equal(before.Node, after.Node))
        {
            Modified.Add(path);
        }
        return true;
    }
}
