using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Json;

/// <summary>
/// Reads JSON into an eager tree. A name that is written twice counts once, with its last value, as in Kubernetes;
/// the caller hears of it.
/// </summary>
internal static class JsonReading
{
    private const int MaxDepth = 512;

    /// <summary>Reads one value.</summary>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> utf8, Action<string>? onDuplicate = null)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
        {
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        }

        var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        var value = ReadValue(ref reader, onDuplicate, "");
        return reader.Read() ? throw new JsonException("more text follows the value") : value;
    }

    /// <summary>Reads the object of a request; what is wrong with it is told in the words of Go's decoder.</summary>
    /// <exception cref="JsonException">The text is no JSON, or no object.</exception>
    public static JsonObject ParseTop(ReadOnlySpan<byte> utf8, Action<string>? onDuplicate = null)
    {
        const string Type =
            "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";
        var value = ParseValue(utf8, onDuplicate);
        return value as JsonObject
            ?? throw new JsonException($"json: cannot unmarshal {GoDecoding.Name(value)} into Go value of type {Type}");
    }

    /// <summary>Reads any value but null; what is wrong with it is told in the words of Go's decoder.</summary>
    /// <exception cref="JsonException">The text is no JSON, or null.</exception>
    public static JsonNode ParseValue(ReadOnlySpan<byte> utf8, Action<string>? onDuplicate = null)
    {
        try
        {
            return Parse(utf8, onDuplicate) ?? throw new JsonException("the text is null");
        }
        catch (JsonException e) when (e.LineNumber is not null)
        {
            throw new JsonException(WhereItBroke(utf8, e), e);
        }
    }

    /// <summary>Reads an object.</summary>
    /// <exception cref="JsonException">The text is no JSON, or no object.</exception>
    public static JsonObject ParseObject(ReadOnlySpan<byte> utf8, Action<string>? onDuplicate = null) =>
        Parse(utf8, onDuplicate) as JsonObject ?? throw new JsonException("expected a JSON object");

    /// <summary>Only the place is known, not what Go would have looked for.</summary>
    private static string WhereItBroke(ReadOnlySpan<byte> utf8, JsonException error)
    {
        var at = 0;
        for (var line = error.LineNumber; line > 0; line--)
        {
            at += utf8[at..].IndexOf((byte)'\n') + 1;
        }

        at += (int)(error.BytePositionInLine ?? 0);
        return at >= utf8.Length
            ? "unexpected end of JSON input"
            : $"invalid character '{(char)utf8[at]}' looking for beginning of value";
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return BrokenText.Read(reader.ValueSpan);
        }
    }

    private static JsonNode? ReadValue(ref Utf8JsonReader reader, Action<string>? onDuplicate, string path)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var result = new JsonObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = Text(ref reader);
                    reader.Read();
                    var child =
                        onDuplicate is null ? ""
                        : path.Length == 0 ? name
                        : $"{path}.{name}";
                    if (onDuplicate is not null && result.ContainsKey(name))
                    {
                        onDuplicate(child);
                    }

                    result[name] = ReadValue(ref reader, onDuplicate, child);
                }

                return result;
            case JsonTokenType.StartArray:
                var array = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    array.Add(ReadValue(ref reader, onDuplicate, onDuplicate is null ? "" : $"{path}[{array.Count}]"));
                }

                return array;
            case JsonTokenType.String:
                return JsonValue.Create(Text(ref reader));
            case JsonTokenType.Number:
                // Element-backed, so that the value can be asked for as int, long, double or decimal alike.
                return JsonValue.Create(JsonElement.ParseValue(ref reader));
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }
}
