using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>Short names out of content, in the alphabet that Kubernetes uses for generated names.</summary>
internal static class Hashes
{
    // No vowels, 0, 1 and 3: no words come out, and no two characters look alike.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>The hash of a pod template, the same for every order of fields.</summary>
    public static string OfTemplate(PodTemplateSpec template) =>
        Of(
            Canonical(JsonSerializer.SerializeToNode(template, KubernetesJsonContext.Default.PodTemplateSpec))!
                .ToJsonString()
        );

    /// <summary>Ten characters or fewer out of a text.</summary>
    public static string Of(string text)
    {
        var hash = 2166136261u;
        foreach (var b in System.Text.Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ b) * 16777619u;
        }

        Span<char> result = stackalloc char[10];
        var length = 0;
        do
        {
            result[length++] = Alphabet[(int)(hash % Alphabet.Length)];
            hash /= (uint)Alphabet.Length;
        } while (hash > 0);

        return new string(result[..length]);
    }

    /// <summary>Five characters by chance, for names of pods.</summary>
    public static string Suffix() => new(Random.Shared.GetItems<char>(Alphabet, 5));

    private static JsonNode? Canonical(JsonNode? node) =>
        node switch
        {
            JsonObject o => new JsonObject(
                o.OrderBy(p => p.Key, StringComparer.Ordinal)
                    .Select(p => KeyValuePair.Create(p.Key, Canonical(p.Value)))
            ),
            JsonArray a => new JsonArray([.. a.Select(Canonical)]),
            _ => node?.DeepClone(),
        };
}
