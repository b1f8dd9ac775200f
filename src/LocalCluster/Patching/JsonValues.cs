using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>Reads and compares JSON nodes as Kubernetes does: a number is an integer when it is written as one, and numbers are equal by value.</summary>
internal static class JsonValues
{
    /// <summary>The kind of a node; a missing node is JSON null.</summary>
    public static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;

    /// <summary>True for strings, numbers and booleans.</summary>
    public static bool IsScalar(JsonNode? node) =>
        Kind(node) is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    /// <summary>The string a node holds, or null when it holds something else.</summary>
    public static string? AsString(JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The boolean a node holds, or null when it holds something else.</summary>
    public static bool? AsBoolean(JsonNode? node) =>
        Kind(node) switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>True when the node is a number written without fraction and exponent that fits 64 bits.</summary>
    public static bool TryInteger(JsonNode? node, out long integer)
    {
        integer = 0;
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
        {
            return false;
        }
        if (value.TryGetValue(out JsonElement element))
        {
            return element.TryGetInt64(out integer) && !element.GetRawText().AsSpan().ContainsAny('.', 'e', 'E');
        }
        if (value.TryGetValue(out integer))
        {
            return true;
        }
        if (value.TryGetValue(out int narrow))
        {
            integer = narrow;
            return true;
        }
        return long.TryParse(
            value.ToJsonString(),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out integer
        );
    }

    /// <summary>True when the node is a number; gives its value as a double.</summary>
    public static bool TryNumber(JsonNode? node, out double number)
    {
        number = 0;
        if (node is not JsonValue value || value.GetValueKind() != JsonValueKind.Number)
        {
            return false;
        }
        return value.TryGetValue(out number)
            || double.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Deep equality: objects without regard to order, numbers by value, null equal to null only.</summary>
    public static bool Equal(JsonNode? left, JsonNode? right)
    {
        if (ReferenceEquals(left, right))
        {
            return true;
        }
        switch (left, right)
        {
            case (null, _) or (_, null):
                return Kind(left) == JsonValueKind.Null && Kind(right) == JsonValueKind.Null;
            case (JsonObject a, JsonObject b):
                if (a.Count != b.Count)
                {
                    return false;
                }
                foreach (var (name, value) in a)
                {
                    if (!b.TryGetPropertyValue(name, out var other) || !Equal(value, other))
                    {
                        return false;
                    }
                }
                return true;
            case (JsonArray a, JsonArray b):
                if (a.Count != b.Count)
                {
                    return false;
                }
                for (var i = 0; i < a.Count; i++)
                {
                    if (!Equal(a[i], b[i]))
                    {
                        return false;
                    }
                }
                return true;
            case (JsonValue, JsonValue):
                return Compare(left, right) == 0;
            default:
                return false;
        }
    }

    /// <summary>A total order of scalars: numbers, strings, booleans, null; within a kind by value.</summary>
    public static int Compare(JsonNode? left, JsonNode? right)
    {
        var rank = Rank(left).CompareTo(Rank(right));
        if (rank != 0)
        {
            return rank;
        }
        switch (Rank(left))
        {
            case 0:
                if (TryInteger(left, out var a) && TryInteger(right, out var b))
                {
                    return a.CompareTo(b);
                }
                return TryNumber(left, out var x) && TryNumber(right, out var y) ? x.CompareTo(y) : 0;
            case 1:
                return string.CompareOrdinal(AsString(left), AsString(right));
            case 2:
                return (AsBoolean(left) ?? false).CompareTo(AsBoolean(right) ?? false);
            default:
                return 0;
        }
    }

    private static int Rank(JsonNode? node) =>
        Kind(node) switch
        {
            JsonValueKind.Number => 0,
            JsonValueKind.String => 1,
            JsonValueKind.True or JsonValueKind.False => 2,
            JsonValueKind.Array => 3,
            JsonValueKind.Object => 4,
            _ => 5,
        };

    /// <summary>Compact JSON with object keys in ordinal order and Go's escapes, so that equal values give equal text.</summary>
    public static string Canonical(JsonNode? node)
    {
        var text = new StringBuilder();
        WriteCanonical(text, node);
        return text.ToString();
    }

    /// <summary>A JSON string literal as Go's encoder writes it: &lt;, &gt; and &amp; escaped.</summary>
    public static void WriteString(StringBuilder text, string value)
    {
        text.Append('"');
        foreach (var c in value)
        {
            switch (c)
            {
                case '"':
                    text.Append("\\\"");
                    break;
                case '\\':
                    text.Append("\\\\");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case < ' ' or '<' or '>' or '&' or '\u2028' or '\u2029':
                    text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }
        text.Append('"');
    }

    private static void WriteCanonical(StringBuilder text, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                text.Append('{');
                var first = true;
                foreach (var (name, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    text.Append(first ? "" : ",");
                    first = false;
                    WriteString(text, name);
                    text.Append(':');
                    WriteCanonical(text, value);
                }
                text.Append('}');
                break;
            case JsonArray list:
                text.Append('[');
                for (var i = 0; i < list.Count; i++)
                {
                    text.Append(i == 0 ? "" : ",");
                    WriteCanonical(text, list[i]);
                }
                text.Append(']');
                break;
            case null:
                text.Append("null");
                break;
            default:
                if (AsString(node) is { } s)
                {
                    WriteString(text, s);
                }
                else if (TryInteger(node, out var integer))
                {
                    text.Append(integer);
                }
                else if (TryNumber(node, out var number))
                {
                    text.Append(GoFormat.Float(number));
                }
                else
                {
                    text.Append(node.ToJsonString());
                }
                break;
        }
    }
}
