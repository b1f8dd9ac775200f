using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>One step of a field path: a field, a list item by its keys, a set item by its value, or an index.</summary>
/// <remarks>Ordered and printed as Kubernetes does: fields, keys, values, indexes.</remarks>
internal sealed class PathElement : IEquatable<PathElement>
{
    private readonly PathElementKind kind;
    private readonly string name;
    private readonly JsonNode? value;
    private readonly IReadOnlyList<(string Name, JsonNode? Value)> keys;

    private PathElement(PathElementKind kind, string name, JsonNode? value, IReadOnlyList<(string, JsonNode?)> keys)
    {
        this.kind = kind;
        this.name = name;
        this.value = value;
        this.keys = keys;
    }

    private enum PathElementKind
    {
        Field,
        Keys,
        Value,
        Index,
    }

    /// <summary>The order in which managedFields and messages list path elements.</summary>
    public static Comparer<PathElement> Order { get; } = Comparer<PathElement>.Create((a, b) => a.CompareTo(b));

    /// <summary>The field's name when this is a field.</summary>
    public string? FieldName => kind == PathElementKind.Field ? name : null;

    /// <summary>A field of an object.</summary>
    public static PathElement Field(string name) => new(PathElementKind.Field, name, null, []);

    /// <summary>An item of a set.</summary>
    public static PathElement OfValue(JsonNode? value) => new(PathElementKind.Value, "", value, []);

    /// <summary>An item of a list by its key fields, given in ordinal order of their names.</summary>
    public static PathElement OfKeys(IReadOnlyList<(string Name, JsonNode? Value)> keys) =>
        new(PathElementKind.Keys, "", null, keys);

    /// <summary>Reads the form used in managedFields (<c>f:name</c>, <c>k:{…}</c>, <c>v:…</c>, <c>i:3</c>); null for a kind unknown here.</summary>
    /// <exception cref="FormatException">The text is not a path element.</exception>
    public static PathElement? Parse(string text)
    {
        if (text.Length < 2 || text[1] != ':')
        {
            throw new FormatException($"missing colon: {text}");
        }
        var rest = text[2..];
        try
        {
            return text[0] switch
            {
                'f' => Field(rest),
                'v' => OfValue(JsonNode.Parse(rest)),
                'k' => OfKeys([
                    .. (
                        JsonNode.Parse(rest) as JsonObject
                        ?? throw new FormatException($"keys are not an object: {text}")
                    )
                        .Select(p => (p.Key, p.Value))
                        .OrderBy(p => p.Key, StringComparer.Ordinal),
                ]),
                'i' => new PathElement(
                    PathElementKind.Index,
                    int.Parse(rest, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture),
                    null,
                    []
                ),
                _ => null,
            };
        }
        catch (JsonException e)
        {
            throw new FormatException($"not a path element: {text}: {e.Message}", e);
        }
    }

    /// <summary>The form used in managedFields.</summary>
    public string Serialize()
    {
        switch (kind)
        {
            case PathElementKind.Field:
                return "f:" + name;
            case PathElementKind.Value:
                return "v:" + JsonValues.Canonical(value);
            case PathElementKind.Index:
                return "i:" + name;
            default:
                var text = new StringBuilder("k:{");
                for (var i = 0; i < keys.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    JsonValues.WriteString(text, keys[i].Name);
                    text.Append(':').Append(JsonValues.Canonical(keys[i].Value));
                }
                return text.Append('}').ToString();
        }
    }

    private int CompareTo(PathElement? other)
    {
        if (other is null)
        {
            return 1;
        }
        if (kind != other.kind)
        {
            return kind.CompareTo(other.kind);
        }
        switch (kind)
        {
            case PathElementKind.Field:
                return string.CompareOrdinal(name, other.name);
            case PathElementKind.Value:
                return JsonValues.Compare(value, other.value);
            case PathElementKind.Index:
                return int.Parse(name, CultureInfo.InvariantCulture)
                    .CompareTo(int.Parse(other.name, CultureInfo.InvariantCulture));
            default:
                for (var i = 0; i < keys.Count && i < other.keys.Count; i++)
                {
                    var byName = string.CompareOrdinal(keys[i].Name, other.keys[i].Name);
                    if (byName != 0)
                    {
                        return byName;
                    }
                    var byValue = JsonValues.Compare(keys[i].Value, other.keys[i].Value);
                    if (byValue != 0)
                    {
                        return byValue;
                    }
                }
                return keys.Count.CompareTo(other.keys.Count);
        }
    }

    /// <inheritdoc/>
    public bool Equals(PathElement? other) => other is not null && CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PathElement);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Serialize(), StringComparison.Ordinal);

    /// <summary>As in messages: <c>.name</c>, <c>[key="value"]</c>, <c>[="value"]</c>, <c>[3]</c>.</summary>
    public override string ToString() =>
        kind switch
        {
            PathElementKind.Field => "." + name,
            PathElementKind.Value => $"[={JsonValues.Canonical(value)}]",
            PathElementKind.Index => $"[{name}]",
            _ => "[" + string.Join(',', keys.Select(k => $"{k.Name}={JsonValues.Canonical(k.Value)}")) + "]",
        };
}
