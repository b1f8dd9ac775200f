using System.Text;
using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>Paths of the API, relative to the server's address, without a leading slash.</summary>
internal static class ResourcePath
{
    public static string GroupVersion(string apiVersion) =>
        apiVersion.Contains('/', StringComparison.Ordinal) ? $"apis/{apiVersion}" : $"api/{apiVersion}";

    /// <summary>The collection: of one namespace, or (null) of all.</summary>
    public static string Collection(ResourceType type, string? ns) =>
        type.Namespaced && !string.IsNullOrEmpty(ns)
            ? $"{GroupVersion(type.ApiVersion)}/namespaces/{Uri.EscapeDataString(ns)}/{type.Plural}"
            : $"{GroupVersion(type.ApiVersion)}/{type.Plural}";

    /// <summary>One object, or a subresource of it.</summary>
    /// <exception cref="ArgumentException">The key lacks its name or the namespace that the kind needs.</exception>
    public static string Object(ResourceType type, ObjectKey key, string? subresource = null)
    {
        RequireNamespace(type, key);
        if (string.IsNullOrEmpty(key.Name))
        {
            throw new ArgumentException($"a {type.Kind} without a name", nameof(key));
        }
        var path = $"{Collection(type, key.Namespace)}/{Uri.EscapeDataString(key.Name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }

    public static void RequireNamespace(ResourceType type, ObjectKey key)
    {
        if (type.Namespaced && string.IsNullOrEmpty(key.Namespace))
        {
            throw new ArgumentException(
                $"the {type.Kind} '{key.Name}' has no metadata.namespace, which its kind needs",
                nameof(key)
            );
        }
    }

    /// <summary>Adds the parameters that have a value.</summary>
    public static string WithQuery(string path, params ReadOnlySpan<(string Name, string? Value)> parameters)
    {
        var text = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in parameters)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }
        return text.ToString();
    }
}
