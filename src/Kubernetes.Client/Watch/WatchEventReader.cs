using System.Buffers;
using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>Reads one line of a watch: <c>{"type":"ADDED","object":{…}}</c>.</summary>
internal static class WatchEventReader
{
    private const string InitialEventsEndAnnotation = "k8s.io/initial-events-end";

    /// <summary>The event; null for a type that is not known (they are to be ignored).</summary>
    /// <exception cref="KubernetesApiException">The line is an error that the server reports.</exception>
    /// <exception cref="JsonException">The line is not a watch event.</exception>
    public static WatchEvent<T>? Read<T>(ReadOnlySequence<byte> line, string request)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var (type, value) = Locate(line);
        if (type is null || value is not { } position)
        {
            throw new JsonException("an event of a watch must have a type and an object");
        }
        var reader = new Utf8JsonReader(line.Slice(position));
        switch (type)
        {
            case "ADDED":
                return Changed<T>(WatchEventType.Added, ref reader);
            case "MODIFIED":
                return Changed<T>(WatchEventType.Modified, ref reader);
            case "DELETED":
                return Changed<T>(WatchEventType.Deleted, ref reader);
            case "BOOKMARK":
                return ReadBookmark<T>(ref reader);
            case "ERROR":
                throw ErrorTranslator.FromStatus(
                    request,
                    JsonSerializer.Deserialize(ref reader, KubernetesJsonContext.Default.Status) ?? new Status()
                );
            default:
                return null;
        }
    }

    private static WatchEvent<T> Changed<T>(WatchEventType type, ref Utf8JsonReader reader)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var value =
            JsonSerializer.Deserialize(ref reader, T.JsonTypeInfo)
            ?? throw new JsonException("the object of a watch event is null");
        return new WatchEvent<T>(type, value, value.Metadata.ResourceVersion ?? "");
    }

    /// <summary>The type, and where the object starts: it may stand before the type.</summary>
    private static (string? Type, long? Object) Locate(ReadOnlySequence<byte> line)
    {
        string? type = null;
        long? value = null;
        var reader = new Utf8JsonReader(line);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("an event of a watch must be an object");
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = reader.GetString();
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                value = reader.TokenStartIndex;
                if (type is not null)
                {
                    // The rest is read once, into the object.
                    return (type, value);
                }
                reader.Skip();
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return (type, value);
    }

    /// <summary>A bookmark's object has nothing but its version: it may lack what the kind requires.</summary>
    private static WatchEvent<T> ReadBookmark<T>(ref Utf8JsonReader reader)
        where T : KubernetesObject
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return
            TryGet(document.RootElement, "metadata", JsonValueKind.Object, out var metadata)
            && TryGet(metadata, "resourceVersion", JsonValueKind.String, out var version)
            ? new WatchEvent<T>(WatchEventType.Bookmark, Object: null, version.GetString()!)
            {
                InitialEventsEnd =
                    TryGet(metadata, "annotations", JsonValueKind.Object, out var annotations)
                    && TryGet(annotations, InitialEventsEndAnnotation, JsonValueKind.String, out var end)
                    && end.ValueEquals("true"u8),
            }
            : throw new JsonException("a bookmark without metadata.resourceVersion");
    }

    private static bool TryGet(JsonElement parent, string name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return parent.ValueKind == JsonValueKind.Object
            && parent.TryGetProperty(name, out value)
            && value.ValueKind == kind;
    }
}
