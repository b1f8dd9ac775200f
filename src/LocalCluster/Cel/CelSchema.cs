using System.Text.Json.Nodes;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.Cel;

/// <summary>Makes CEL types of schemas, and CEL values of JSON by its schema.</summary>
internal static class CelSchema
{
    private static readonly HashSet<string> Keywords = new(StringComparer.Ordinal)
    {
        "true",
        "false",
        "null",
        "in",
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    };

    private static readonly StructuralSchema Text = new() { Type = "string" };

    private static readonly StructuralSchema Metadata = new()
    {
        Type = "object",
        Properties = new Dictionary<string, StructuralSchema>(StringComparer.Ordinal)
        {
            ["name"] = Text,
            ["generateName"] = Text,
        },
    };

    /// <summary>The name that expressions use for a field; null when the field cannot be named.</summary>
    public static string? Escape(string name)
    {
        if (
            name.Length == 0
            || char.IsAsciiDigit(name[0])
            || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-' or '/'))
        )
        {
            return null;
        }
        return Keywords.Contains(name)
            ? $"__{name}__"
            : name.Replace("__", "__underscores__", StringComparison.Ordinal)
                .Replace(".", "__dot__", StringComparison.Ordinal)
                .Replace("-", "__dash__", StringComparison.Ordinal)
                .Replace("/", "__slash__", StringComparison.Ordinal);
    }

    /// <summary>The name of a field as expressions may also write it: keywords need no escape after a dot.</summary>
    public static string? EscapeKeyword(string name) => Keywords.Contains(name) ? $"__{name}__" : null;

    /// <summary>The type of values of a schema; null when expressions cannot reach them.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="isResource">True at the root of a resource: apiVersion, kind and the name are known there.</param>
    /// <param name="name">What to call the type in messages; its fields' types are named after it.</param>
    public static CelType? TypeOf(StructuralSchema schema, bool isResource = false, string name = "selfType")
    {
        if (schema.IntOrString)
        {
            return CelType.Dyn;
        }
        return schema.Type switch
        {
            "array" => schema.Items is { } items && TypeOf(items, name: name + ".@idx") is { } item
                ? CelType.List(item)
                : null,
            "object" when schema.AdditionalProperties is { } values => TypeOf(values, name: name + ".@elem")
                is { } value
                ? CelType.Map(CelType.String, value)
                : null,
            "object" => CelType.Object(name, Fields(isResource ? AsResource(schema) : schema, name)),
            "string" => schema.Checks.Format switch
            {
                "byte" => CelType.Bytes,
                "duration" => CelType.Duration,
                "date" or "date-time" => CelType.Timestamp,
                _ => CelType.String,
            },
            "boolean" => CelType.Bool,
            "number" => CelType.Double,
            "integer" => CelType.Int,
            _ => null,
        };
    }

    /// <summary>The schema of a resource as expressions see it.</summary>
    public static StructuralSchema AsResource(StructuralSchema schema)
    {
        var properties = new Dictionary<string, StructuralSchema>(schema.Properties, StringComparer.Ordinal)
        {
            ["apiVersion"] = Text,
            ["kind"] = Text,
            ["metadata"] = Metadata,
        };
        return new StructuralSchema { Type = "object", Properties = properties };
    }

    /// <summary>The value of a JSON node.</summary>
    public static CelValue ValueOf(StructuralSchema schema, JsonNode? node)
    {
        if (node is null)
        {
            return schema.Nullable
                ? CelNull.Value
                : new CelError("invalid data, got null for schema with nullable=false");
        }
        if (schema.IntOrString)
        {
            return JsonValues.TryInteger(node, out var integer) ? CelValue.Of(integer)
                : JsonValues.AsString(node) is { } text ? CelValue.Of(text)
                : new CelError("invalid data, expected XIntOrString value to be either a string or integer");
        }
        return (schema.Type, node) switch
        {
            ("object", JsonObject map) when schema.AdditionalProperties is { } values => new CelMap([
                .. map.Select(p => new KeyValuePair<CelValue, CelValue>(CelValue.Of(p.Key), ValueOf(values, p.Value))),
            ]),
            ("object", JsonObject map) => new CelObject(map, schema),
            ("array", JsonArray list) when schema.Items is { } items => new CelList(
                [.. list.Select(item => ValueOf(items, item))],
                schema.ListType switch
                {
                    "set" => CelListKind.Set,
                    "map" => CelListKind.Map,
                    _ => CelListKind.Plain,
                },
                schema.ListMapKeys
            ),
            ("integer", _) when JsonValues.TryInteger(node, out var integer) => CelValue.Of(integer),
            ("integer", _) when JsonValues.TryNumber(node, out var whole) && whole == Math.Truncate(whole) =>
                CelValue.Of((long)whole),
            ("number", _) when JsonValues.TryNumber(node, out var number) => new CelDouble(number),
            ("boolean", _) when JsonValues.AsBoolean(node) is { } flag => CelValue.Of(flag),
            ("string", _) when JsonValues.AsString(node) is { } text => OfText(schema.Checks.Format, text),
            _ => new CelError($"invalid data, expected {schema.Type} but got {JsonValues.Kind(node)}"),
        };
    }

    private static Dictionary<string, CelType> Fields(StructuralSchema schema, string parent)
    {
        var fields = new Dictionary<string, CelType>(StringComparer.Ordinal);
        foreach (var (name, property) in schema.Properties)
        {
            if (Escape(name) is { } escaped && TypeOf(property, name: $"{parent}.{escaped}") is { } type)
            {
                fields[escaped] = type;
            }
        }
        return fields;
    }

    private static CelValue OfText(string format, string text)
    {
        switch (format)
        {
            case "byte":
                try
                {
                    return new CelBytes(Convert.FromBase64String(text));
                }
                catch (FormatException)
                {
                    return new CelError("invalid byte formatted string");
                }
            case "duration":
                return CelTime.ParseDuration(text) is { } duration ? duration : new CelError("Invalid duration");
            case "date" or "date-time":
                return CelTime.ParseTimestamp(text) is { } time
                    ? time
                    : new CelError($"Invalid {format} formatted string");
            default:
                return CelValue.Of(text);
        }
    }
}

/// <summary>An object with declared fields.</summary>
internal sealed record CelObject(JsonObject Node, StructuralSchema Schema) : CelFields
{
    private readonly Dictionary<string, CelValue?> seen = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override CelKind Kind => CelKind.Object;

    /// <inheritdoc/>
    public override CelValue? Get(string name)
    {
        if (!seen.TryGetValue(name, out var value))
        {
            value = Read(name) ?? (CelSchema.EscapeKeyword(name) is { } escaped ? Read(escaped) : null);
            seen[name] = value;
        }
        return value;
    }

    /// <inheritdoc/>
    public override bool Same(CelValue other) => other is CelObject their && JsonValues.Equal(Node, their.Node);

    /// <inheritdoc/>
    public bool Equals(CelObject? other) => other is not null && Same(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Node.Count;

    private CelValue? Read(string name)
    {
        foreach (var (key, property) in Schema.Properties)
        {
            if (CelSchema.Escape(key) == name)
            {
                // A field that is null counts as absent.
                return Node[key] is { } node ? CelSchema.ValueOf(property, node) : null;
            }
        }
        return null;
    }
}
