using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>Reads a list of objects without a serializer for every kind of list.</summary>
internal static class ListReader
{
    /// <summary>One page.</summary>
    /// <exception cref="JsonException">It is not a list of this kind.</exception>
    public static KubernetesList<T> Read<T>(ReadOnlySpan<byte> utf8Json)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var reader = new Utf8JsonReader(utf8Json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("a list must be an object");
        }
        ListMeta? metadata = null;
        var items = new List<T>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                metadata = JsonSerializer.Deserialize(ref reader, KubernetesJsonContext.Default.ListMeta);
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                reader.Read();
                ReadItems(ref reader, items);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }
        return metadata is null
            ? throw new JsonException("a list must have metadata")
            : new KubernetesList<T>(
                items,
                metadata.ResourceVersion ?? "",
                metadata.Continue is { Length: > 0 } token ? token : null,
                metadata.RemainingItemCount
            );
    }

    private static void ReadItems<T>(ref Utf8JsonReader reader, List<T> items)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        // Go writes an empty list as null.
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("items must be a list");
        }
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            items.Add(
                JsonSerializer.Deserialize(ref reader, T.JsonTypeInfo) ?? throw new JsonException("an item is null")
            );
        }
    }
}
