using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>How a part of an object merges: what is a unit, what is merged field by field, and which list items are the same.</summary>
internal abstract class MergeSchema
{
    /// <summary>Any scalar.</summary>
    public static ScalarSchema Scalar { get; } = new(ScalarType.Any);

    /// <summary>Anything, replaced as a whole.</summary>
    public static AnySchema Atomic { get; } = MakeAny(atomic: true);

    /// <summary>Anything without a declaration: objects merge by key, lists are replaced. Needs <see cref="Atomic"/>.</summary>
    public static AnySchema Deduced { get; } = MakeAny(atomic: false);

    /// <summary>The shape for a value: itself, except where several are allowed and the value decides.</summary>
    public virtual MergeSchema Resolve(Slot value) => this;

    private static AnySchema MakeAny(bool atomic)
    {
        var map = new StructSchema { IsAtomic = atomic };
        var any = new AnySchema(new ListSchema(ListRelation.Atomic, [], Scalar), map);
        any.List.Element = atomic ? any : Atomic;
        map.Rest = any;
        return any;
    }
}

/// <summary>Which scalars a field takes.</summary>
internal enum ScalarType
{
    /// <summary>Any.</summary>
    Any,

    /// <summary>Strings.</summary>
    String,

    /// <summary>Integers and floating-point numbers.</summary>
    Numeric,

    /// <summary>true and false.</summary>
    Boolean,
}

/// <summary>A scalar.</summary>
internal sealed class ScalarSchema(ScalarType type) : MergeSchema
{
    /// <summary>Which scalars it takes.</summary>
    public ScalarType Type { get; } = type;
}

/// <summary>How the items of a list relate.</summary>
internal enum ListRelation
{
    /// <summary>The list is one value.</summary>
    Atomic,

    /// <summary>Items are scalars, each at most once.</summary>
    Set,

    /// <summary>Items are objects, identified by some of their fields.</summary>
    Map,
}

/// <summary>A list.</summary>
internal sealed class ListSchema(ListRelation relation, IReadOnlyList<string> keys, MergeSchema element) : MergeSchema
{
    /// <summary>How its items relate under server-side apply.</summary>
    public ListRelation Relation { get; } = relation;

    /// <summary>The fields that identify an item, in ordinal order.</summary>
    public IReadOnlyList<string> Keys { get; } = [.. keys.Order(StringComparer.Ordinal)];

    /// <summary>The shape of an item.</summary>
    public MergeSchema Element { get; set; } = element;

    /// <summary>The merge key of strategic merge patches; null when such a patch replaces the list, unless <see cref="StrategicSet"/>.</summary>
    public string? StrategicKey { get; init; }

    /// <summary>True when a strategic merge patch adds its scalars to the list.</summary>
    public bool StrategicSet { get; init; }
}

/// <summary>A declared field of a struct.</summary>
/// <param name="Schema">Its shape.</param>
/// <param name="Default">The value that counts when the field is a list-map key and absent.</param>
internal sealed record MergeField(MergeSchema Schema, JsonNode? Default = null);

/// <summary>An object: declared fields, and one shape for all other keys.</summary>
internal sealed class StructSchema : MergeSchema
{
    /// <summary>The declared fields.</summary>
    public Dictionary<string, MergeField> Fields { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The shape of undeclared keys; null when there may be none.</summary>
    public MergeSchema? Rest { get; set; }

    /// <summary>True when the object is one value.</summary>
    public bool IsAtomic { get; init; }

    /// <summary>The shape of a key's value; of an undeclared one where none is allowed: deduced.</summary>
    public MergeSchema Of(string key) => Fields.TryGetValue(key, out var field) ? field.Schema : Rest ?? Deduced;

    /// <summary>The same struct, taken as one value; it shares the fields.</summary>
    public StructSchema AsAtomic() =>
        new()
        {
            Fields = Fields,
            IsAtomic = true,
            Rest = Rest,
        };
}

/// <summary>A value of any kind.</summary>
internal sealed class AnySchema(ListSchema list, StructSchema map) : MergeSchema
{
    /// <summary>Its shape when it is a list.</summary>
    public ListSchema List { get; } = list;

    /// <summary>Its shape when it is an object.</summary>
    public StructSchema Map { get; } = map;

    /// <inheritdoc/>
    public override MergeSchema Resolve(Slot value) =>
        !value.Present
            ? Map
            : JsonValues.Kind(value.Node) switch
            {
                JsonValueKind.Array => List,
                JsonValueKind.Object or JsonValueKind.Null => Map,
                _ => Scalar,
            };
}

/// <summary>A place that may be empty; an explicit null is not an empty place.</summary>
/// <param name="Present">Whether there is a value, null included.</param>
/// <param name="Node">The value.</param>
internal readonly record struct Slot(bool Present, JsonNode? Node)
{
    /// <summary>The empty place.</summary>
    public static Slot Absent => default;

    /// <summary>A place with this value.</summary>
    public static Slot Of(JsonNode? node) => new(true, node);

    /// <summary>The field of an object, absent when there is none.</summary>
    public static Slot Field(JsonObject? map, string key) =>
        map is not null && map.TryGetPropertyValue(key, out var node) ? Of(node) : Absent;
}
