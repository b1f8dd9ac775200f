using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>
/// What is sent in a server-side apply: the wanted fields, without those that the server sets, and without nulls, which
/// would take ownership of a field to say nothing with it.
/// </summary>
internal static class ApplyIntent
{
    /// <summary>Copies an object, leaving out what must not be sent.</summary>
    /// <param name="utf8Json">The object.</param>
    /// <param name="keepStatus">For the status subresource, where the status is what is wanted.</param>
    /// <param name="uid">Of the object that is to be written; null: of any.</param>
    public static ReadOnlyMemory<byte> From(ReadOnlySpan<byte> utf8Json, bool keepStatus, string? uid = null)
    {
        var buffer = new ArrayBufferWriter<byte>(utf8Json.Length);
        using var writer = new Utf8JsonWriter(
            buffer,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }
        );
        var reader = new Utf8JsonReader(utf8Json);
        var inMetadata = false;
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    if (reader.CurrentDepth == 1)
                    {
                        inMetadata = reader.ValueTextEquals("metadata"u8);
                    }
                    if (IsUnwanted(ref reader, inMetadata, keepStatus))
                    {
                        reader.Skip();
                    }
                    else
                    {
                        WriteUnlessNull(ref reader, writer);
                    }
                    break;
                case JsonTokenType.EndObject when inMetadata && reader.CurrentDepth == 1:
                    if (uid is not null)
                    {
                        writer.WriteString("uid", uid);
                    }
                    writer.WriteEndObject();
                    break;
                default:
                    WriteValue(ref reader, writer);
                    break;
            }
        }
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static bool IsUnwanted(ref Utf8JsonReader reader, bool inMetadata, bool keepStatus) =>
        reader.CurrentDepth switch
        {
            1 => !keepStatus && reader.ValueTextEquals("status"u8),
            2 when inMetadata => reader.ValueTextEquals("managedFields"u8)
                || reader.ValueTextEquals("resourceVersion"u8)
                || reader.ValueTextEquals("uid"u8)
                || reader.ValueTextEquals("creationTimestamp"u8)
                || reader.ValueTextEquals("generation"u8),
            _ => false,
        };

    private static void WriteUnlessNull(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        var name = reader.ValueIsEscaped ? null : reader.ValueSpan.ToArray();
        var escaped = name is null ? reader.GetString() : null;
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }
        if (name is not null)
        {
            writer.WritePropertyName(name);
        }
        else
        {
            writer.WritePropertyName(escaped!);
        }
        WriteValue(ref reader, writer);
    }

    private static void WriteValue(ref Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.String when reader.ValueIsEscaped:
                writer.WriteStringValue(reader.GetString());
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(reader.ValueSpan);
                break;
            case JsonTokenType.Number:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
            case JsonTokenType.True or JsonTokenType.False:
                writer.WriteBooleanValue(reader.TokenType == JsonTokenType.True);
                break;
            case JsonTokenType.Null:
                writer.WriteNullValue();
                break;
        }
    }
}
