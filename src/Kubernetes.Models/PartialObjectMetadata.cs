using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Kubernetes.Models;

/// <summary>
/// An object of a kind of which only <c>metadata</c> is read: the server is asked for
/// <c>PartialObjectMetadata</c>
/// (https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches), and what else it sends is left
/// out. For caches of Secrets, ConfigMaps and the like that are only referred to. <c>apiVersion</c> and <c>kind</c> are
/// those of <typeparamref name="TKind"/>; do not write one back with PUT, as all but the metadata would be lost.
/// </summary>
/// <typeparam name="TKind">The kind.</typeparam>
public sealed record PartialObjectMetadata<TKind>
    : KubernetesObject<PartialObjectMetadata<TKind>>,
        IKubernetesObject<PartialObjectMetadata<TKind>>
    where TKind : KubernetesObject, IKubernetesObject<TKind>
{
    /// <inheritdoc />
    public static ResourceType ResourceType => TKind.ResourceType;

    /// <inheritdoc />
    public static bool IsMetadataOnly => true;

    /// <inheritdoc />
    public static JsonTypeInfo<PartialObjectMetadata<TKind>> JsonTypeInfo { get; } =
        JsonMetadataServices.CreateValueInfo<PartialObjectMetadata<TKind>>(
            KubernetesJsonContext.Default.Options,
            new Converter()
        );

    private sealed class Converter : JsonConverter<PartialObjectMetadata<TKind>>
    {
        public override PartialObjectMetadata<TKind> Read(
            ref Utf8JsonReader reader,
            Type typeToConvert,
            JsonSerializerOptions options
        )
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                throw new JsonException("expected an object");
            }
            ObjectMeta? metadata = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMetadata = reader.ValueTextEquals("metadata"u8);
                reader.Read();
                if (isMetadata)
                {
                    metadata = JsonSerializer.Deserialize(ref reader, KubernetesJsonContext.Default.ObjectMeta);
                }
                else
                {
                    reader.Skip();
                }
            }
            return new PartialObjectMetadata<TKind> { Metadata = metadata ?? new ObjectMeta() };
        }

        public override void Write(
            Utf8JsonWriter writer,
            PartialObjectMetadata<TKind> value,
            JsonSerializerOptions options
        )
        {
            writer.WriteStartObject();
            writer.WriteString("apiVersion", value.ApiVersion);
            writer.WriteString("kind", value.Kind);
            writer.WritePropertyName("metadata");
            JsonSerializer.Serialize(writer, value.Metadata, KubernetesJsonContext.Default.ObjectMeta);
            writer.WriteEndObject();
        }
    }
}
