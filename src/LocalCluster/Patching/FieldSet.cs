using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>A set of field paths, kept as a tree; immutable once built with <see cref="Add"/>.</summary>
internal sealed class FieldSet
{
    private readonly SortedSet<PathElement> members = new(PathElement.Order);
    private readonly SortedDictionary<PathElement, FieldSet> children = new(PathElement.Order);

    /// <summary>True when no path is in the set.</summary>
    public bool IsEmpty => members.Count == 0 && children.Values.All(child => child.IsEmpty);

    /// <summary>Puts a path in; the empty path is ignored, as nobody owns a whole object.</summary>
    public void Add(params ReadOnlySpan<PathElement> path)
    {
        if (path.IsEmpty)
        {
            return;
        }
        var set = this;
        for (; path.Length > 1; path = path[1..])
        {
            if (!set.children.TryGetValue(path[0], out var child))
            {
                set.children.Add(path[0], child = new FieldSet());
            }
            set = child;
        }
        set.members.Add(path[0]);
    }

    /// <summary>True when the set has the one-step path.</summary>
    public bool Has(PathElement element) => members.Contains(element);

    /// <summary>What lies below a step, without it; null when nothing does.</summary>
    public FieldSet? Below(PathElement element) =>
        children.GetValueOrDefault(element) is { IsEmpty: false } child ? child : null;

    /// <summary>Every path in the set: at each level first the members, then what lies below.</summary>
    public IEnumerable<IReadOnlyList<PathElement>> Paths()
    {
        foreach (var member in members)
        {
            yield return [member];
        }
        foreach (var (element, child) in children)
        {
            foreach (var path in child.Paths())
            {
                yield return [element, .. path];
            }
        }
    }

    /// <summary>A path as messages print it: <c>.spec.ports[port=80].name</c>.</summary>
    public static string Print(IEnumerable<PathElement> path) => string.Concat(path);

    /// <summary>Paths in either set.</summary>
    public FieldSet Union(FieldSet other)
    {
        var result = Copy();
        result.members.UnionWith(other.members);
        foreach (var (element, child) in other.children)
        {
            result.children[element] = children.TryGetValue(element, out var mine) ? mine.Union(child) : child;
        }
        return result;
    }

    /// <summary>Paths in both sets.</summary>
    public FieldSet Intersect(FieldSet other)
    {
        var result = new FieldSet();
        result.members.UnionWith(members.Where(other.members.Contains));
        foreach (var (element, child) in children)
        {
            if (other.children.TryGetValue(element, out var theirs))
            {
                result.Put(element, child.Intersect(theirs));
            }
        }
        return result;
    }

    /// <summary>Paths in this set and not in the other; a path stays when only its parent is in the other.</summary>
    public FieldSet Except(FieldSet other) => Except(other, recursive: false);

    /// <summary>Paths in this set that neither are in the other nor have a parent there.</summary>
    public FieldSet ExceptBelow(FieldSet other) => Except(other, recursive: true);

    /// <summary>The paths whose first step is this one.</summary>
    public FieldSet OnlyBelow(PathElement first)
    {
        var result = new FieldSet();
        if (members.Contains(first))
        {
            result.members.Add(first);
        }
        if (children.TryGetValue(first, out var child))
        {
            result.Put(first, child);
        }
        return result;
    }

    /// <summary>The set with every declared field on the way to a path, which owners of the path do not own as such.</summary>
    public FieldSet WithDeclaredParents(MergeSchema schema)
    {
        var result = new FieldSet();
        result.members.UnionWith(members);
        var map = schema as StructSchema ?? (schema as AnySchema)?.Map;
        foreach (var (element, child) in children)
        {
            MergeSchema? below;
            if (element.FieldName is { } name)
            {
                if (map?.Fields.ContainsKey(name) == true)
                {
                    result.members.Add(element);
                }
                below = map?.Of(name);
            }
            else
            {
                below = (schema as ListSchema ?? (schema as AnySchema)?.List)?.Element;
            }
            result.children[element] = child.WithDeclaredParents(below ?? MergeSchema.Deduced);
        }
        return result;
    }

    /// <summary>True when both sets have the same paths.</summary>
    public bool SameAs(FieldSet other) => Except(other).IsEmpty && other.Except(this).IsEmpty;

    /// <summary>The form of managedFields' fieldsV1.</summary>
    public JsonObject ToJson() => ToJson(includeSelf: false);

    /// <summary>Reads managedFields' fieldsV1; path elements of unknown kinds are dropped, as Kubernetes does.</summary>
    /// <exception cref="FormatException">A key is not a path element.</exception>
    public static FieldSet FromJson(JsonObject json)
    {
        var set = new FieldSet();
        foreach (var (key, value) in json)
        {
            if (key == "." || PathElement.Parse(key) is not { } element)
            {
                continue;
            }
            var below = value as JsonObject ?? [];
            if (below.Count == 0 || below.ContainsKey("."))
            {
                set.members.Add(element);
            }
            set.Put(element, FromJson(below));
        }
        return set;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join('\n', Paths().Select(Print));

    private FieldSet Except(FieldSet other, bool recursive)
    {
        var result = new FieldSet();
        result.members.UnionWith(members.Where(m => !other.members.Contains(m)));
        foreach (var (element, child) in children)
        {
            if (recursive && other.members.Contains(element))
            {
                continue;
            }
            result.Put(
                element,
                other.children.TryGetValue(element, out var theirs) ? child.Except(theirs, recursive) : child
            );
        }
        return result;
    }

    private void Put(PathElement element, FieldSet child)
    {
        if (!child.IsEmpty)
        {
            children[element] = child;
        }
    }

    private FieldSet Copy()
    {
        var copy = new FieldSet();
        copy.members.UnionWith(members);
        foreach (var (element, child) in children)
        {
            copy.children.Add(element, child);
        }
        return copy;
    }

    private JsonObject ToJson(bool includeSelf)
    {
        var json = new JsonObject();
        if (includeSelf)
        {
            json["."] = new JsonObject();
        }
        foreach (
            var element in members
                .Concat(children.Where(c => !c.Value.IsEmpty).Select(c => c.Key))
                .Distinct()
                .Order(PathElement.Order)
        )
        {
            json[element.Serialize()] = children.TryGetValue(element, out var child)
                ? child.ToJson(members.Contains(element) && !child.IsEmpty)
                : new JsonObject();
        }
        return json;
    }
}
