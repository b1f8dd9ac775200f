using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Conformance.Tests.Support;

/// <summary>Writes JSON for people: what fits stands on one line.</summary>
internal static class CompactJson
{
    private const int Width = 116;

    private static readonly JsonSerializerOptions Plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver(),
    };

    public static string Write(JsonNode? node)
    {
        var text = new StringBuilder();
        Write(text, node, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, int indent)
    {
        var line = node?.ToJsonString(Plain) ?? "null";
        if (indent + line.Length <= Width || node is JsonValue)
        {
            text.Append(line);
        }
        else if (node is JsonObject value)
        {
            WriteAll(
                text,
                '{',
                '}',
                indent,
                [.. value.Select(f => (JsonSerializer.Serialize(f.Key, Plain) + ": ", f.Value))]
            );
        }
        else if (node is JsonArray array)
        {
            WriteAll(text, '[', ']', indent, [.. array.Select(item => ("", item))]);
        }
    }

    private static void WriteAll(
        StringBuilder text,
        char open,
        char close,
        int indent,
        List<(string Name, JsonNode? Value)> members
    )
    {
        text.Append(open);
        for (var i = 0; i < members.Count; i++)
        {
            text.Append(i == 0 ? "\n" : ",\n").Append(' ', indent + 2).Append(members[i].Name);
            Write(text, members[i].Value, indent + 2);
        }

        text.Append('\n').Append(' ', indent).Append(close);
    }
}
