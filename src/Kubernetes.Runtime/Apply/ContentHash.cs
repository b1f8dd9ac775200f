using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>Names the content of objects by short hashes.</summary>
internal sealed class ContentHash
{
    private readonly ConditionalWeakTable<KubernetesObject, string> _known = [];

    /// <summary>
    /// The hash of a wanted object as it is sent. Computed once per instance: instances are immutable and renderers
    /// hand the same one out while nothing changed.
    /// </summary>
    public string OfDesired(KubernetesObject value) =>
        _known.GetValue(value, static value => Shorten(SHA256.HashData(value.ToUtf8Json())));

    /// <summary>
    /// The hash of what a live object says apart from what servers and controllers write into it all the time: status,
    /// versions and managed fields. The order of fields does not matter.
    /// </summary>
    public static string OfLive(KubernetesObject value)
    {
        using var document = JsonDocument.Parse(value.ToUtf8Json());
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, document.RootElement, depth: 0, inMetadata: false);
        return Shorten(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, JsonElement element, int depth, bool inMetadata)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                hash.AppendData("{"u8);
                foreach (var property in element.EnumerateObject().OrderBy(it => it.Name, StringComparer.Ordinal))
                {
                    if (
                        (depth == 0 && property.NameEquals("status"u8))
                        || (inMetadata && depth == 1 && IsVolatile(property))
                    )
                    {
                        continue;
                    }

                    AppendText(hash, property.Name);
                    Append(hash, property.Value, depth + 1, depth == 0 && property.NameEquals("metadata"u8));
                }

                hash.AppendData("}"u8);
                break;
            case JsonValueKind.Array:
                hash.AppendData("["u8);
                foreach (var item in element.EnumerateArray())
                {
                    Append(hash, item, depth + 1, inMetadata: false);
                }

                hash.AppendData("]"u8);
                break;
            case JsonValueKind.String:
                AppendText(hash, element.GetString()!);
                break;
            default:
                hash.AppendData(Encoding.UTF8.GetBytes(element.GetRawText()));
                hash.AppendData(","u8);
                break;
        }
    }

    private static bool IsVolatile(JsonProperty property) =>
        property.Name is "resourceVersion" or "generation" or "managedFields";

    private static void AppendText(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }

    private static string Shorten(ReadOnlySpan<byte> hash) => Convert.ToHexStringLower(hash[..16]);
}
