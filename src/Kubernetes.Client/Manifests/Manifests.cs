using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>Reads the files that people give to <c>kubectl apply -f</c>.</summary>
public static class Manifests
{
    /// <summary>
    /// The objects of a YAML or JSON text, in its order, ready for <see cref="IKubernetesClient.ApplyAsync{T}"/>. The
    /// items of a <c>List</c> are taken out of it.
    /// </summary>
    /// <param name="yaml">The text; any number of documents.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <exception cref="ManifestException">It is not YAML, or a document is not a Kubernetes object with a name.</exception>
    public static IReadOnlyList<DynamicObject> Parse(string yaml, string? source = null)
    {
        var objects = new List<DynamicObject>();
        foreach (var (json, line) in YamlReader.ReadAll(yaml, source))
        {
            try
            {
                Add(json, objects);
            }
            catch (JsonException e)
            {
                throw new ManifestException(e.Message, source, line, e);
            }
        }
        return objects;
    }

    private static void Add(JsonElement json, List<DynamicObject> objects)
    {
        var value = DynamicObject.FromJson(json);
        if (value is { ApiVersion: "v1", Kind: "List" })
        {
            if (value["items"] is not { ValueKind: JsonValueKind.Array } items)
            {
                throw new JsonException("a List must have items");
            }
            foreach (var item in items.EnumerateArray())
            {
                Add(item, objects);
            }
        }
        else if (value.Metadata.Name is not { Length: > 0 })
        {
            throw new JsonException($"metadata.name of the {value.Kind} is missing");
        }
        else
        {
            objects.Add(value);
        }
    }
}
