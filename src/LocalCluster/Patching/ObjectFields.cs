using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>The fields an object states.</summary>
internal static class ObjectFields
{
    /// <summary>The set of fields that whoever applies this object owns.</summary>
    public static FieldSet Of(MergeSchema schema, JsonObject value)
    {
        var set = new FieldSet();
        Visit(schema, value, [], set);
        return set;
    }

    private static void Visit(MergeSchema schema, JsonNode? value, PathElement[] path, FieldSet set)
    {
        switch (schema.Resolve(Slot.Of(value)))
        {
            case StructSchema map:
                if (map.IsAtomic)
                {
                    set.Add(path);
                    return;
                }
                foreach (var (name, child) in value as JsonObject ?? [])
                {
                    PathElement[] below = [.. path, PathElement.Field(name)];
                    Visit(map.Of(name), child, below, set);
                    if (child is null or JsonObject { Count: 0 } || !map.Fields.ContainsKey(name))
                    {
                        set.Add(below);
                    }
                }
                return;
            case ListSchema list:
                if (list.Relation == ListRelation.Atomic)
                {
                    set.Add(path);
                    return;
                }
                var seen = new HashSet<PathElement>();
                var duplicates = new HashSet<PathElement>();
                var items = new List<(PathElement Element, JsonNode? Item)>();
                foreach (var item in value as JsonArray ?? [])
                {
                    if (MergeItems.Identify(list, item, out _) is not { } element)
                    {
                        continue;
                    }
                    items.Add((element, item));
                    if (!seen.Add(element))
                    {
                        duplicates.Add(element);
                    }
                }
                foreach (var (element, item) in items)
                {
                    PathElement[] below = [.. path, element];
                    if (!duplicates.Contains(element))
                    {
                        Visit(list.Element, item, below, set);
                    }
                    set.Add(below);
                }
                return;
            default:
                set.Add(path);
                return;
        }
    }
}
