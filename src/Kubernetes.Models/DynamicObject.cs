using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Kubernetes.Models;

/// <summary>
/// An object whose kind is known only at run time: a custom resource, a user's manifest. All fields but
/// <c>apiVersion</c>, <c>kind</c> and <c>metadata</c> are in <see cref="Extensible.ExtensionFields"/>.
/// </summary>
public sealed record DynamicObject : KubernetesObject
{
    /// <summary>Makes an empty object of a kind that is served by a known resource.</summary>
    public DynamicObject(ResourceType type)
        : this(type.ApiVersion, type.Kind) => Type = type;

    /// <summary>Makes an empty object of a kind whose resource the server is still to be asked for.</summary>
    public DynamicObject(string apiVersion, string kind)
        : base(apiVersion, kind) { }

    /// <summary>The resource that serves the kind; null until it is discovered.</summary>
    public ResourceType? Type { get; init; }

    /// <summary>A field next to <c>metadata</c>, for example <c>spec</c>; null when it is not there.</summary>
    public JsonElement? this[string field] =>
        ExtensionFields is not null && ExtensionFields.TryGetValue(field, out var value) ? value : null;

    /// <summary>Takes an object over from JSON. The element may be disposed afterwards.</summary>
    /// <param name="json">An object with <c>apiVersion</c> and <c>kind</c>.</param>
    /// <param name="type">The resource that serves it, where it is known.</param>
    /// <exception cref="JsonException">
    /// It is not an object, or <c>apiVersion</c>, <c>kind</c> or <c>metadata</c> are missing or of a wrong type.
    /// </exception>
    public static DynamicObject FromJson(JsonElement json, ResourceType? type = null)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new JsonException($"expected a Kubernetes object, got {Describe(json.ValueKind)}");
        }
        var metadata = new ObjectMeta();
        var fields = new Dictionary<string, JsonElement>();
        foreach (var property in json.EnumerateObject())
        {
            switch (property.Name)
            {
                case "apiVersion" or "kind":
                    break;
                case "metadata":
                    metadata = ReadMetadata(property.Value);
                    break;
                default:
                    fields[property.Name] = property.Value.Clone();
                    break;
            }
        }
        return new DynamicObject(Text(json, "apiVersion", type?.ApiVersion), Text(json, "kind", type?.Kind))
        {
            Type = type,
            Metadata = metadata,
            ExtensionFields = fields,
        };
    }

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">The resource has not been discovered yet.</exception>
    public override ResourceType GetResourceType() =>
        Type ?? throw new InvalidOperationException($"the resource that serves {ApiVersion} {Kind} is not known");

    /// <inheritdoc />
    public override byte[] ToUtf8Json()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(
            buffer,
            new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
        );
        writer.WriteStartObject();
        writer.WriteString("apiVersion", ApiVersion);
        writer.WriteString("kind", Kind);
        writer.WritePropertyName("metadata");
        JsonSerializer.Serialize(writer, Metadata, KubernetesJsonContext.Default.ObjectMeta);
        foreach (var (name, value) in ExtensionFields ?? new Dictionary<string, JsonElement>())
        {
            writer.WritePropertyName(name);
            value.WriteTo(writer);
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <inheritdoc />
    public override KubernetesObject ReadSameKind(ReadOnlySpan<byte> utf8Json)
    {
        var reader = new Utf8JsonReader(utf8Json);
        using var document = JsonDocument.ParseValue(ref reader);
        return FromJson(document.RootElement, Type);
    }

    private static ObjectMeta ReadMetadata(JsonElement json)
    {
        try
        {
            return json.Deserialize(KubernetesJsonContext.Default.ObjectMeta) ?? new ObjectMeta();
        }
        catch (JsonException e)
        {
            throw new JsonException($"metadata{e.Path?.TrimStart('$')} has a wrong type (is it quoted?)", e);
        }
    }

    private static string Text(JsonElement json, string field, string? otherwise)
    {
        if (!json.TryGetProperty(field, out var value))
        {
            return otherwise ?? throw new JsonException($"{field} is missing");
        }
        return value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : throw new JsonException($"{field} must be a non-empty string, it is {Describe(value.ValueKind)}");
    }

    private static string Describe(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.Array => "a list",
            JsonValueKind.Object => "an object",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            JsonValueKind.True or JsonValueKind.False => "a boolean",
            _ => "null",
        };
}
