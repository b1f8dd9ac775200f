using Kubernetes.Models;

namespace Kubernetes.Runtime.Caching;

/// <summary>What a <see cref="Reflector{T}"/> follows and keeps.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed record ReflectorOptions<T>
    where T : KubernetesObject
{
    /// <summary>Null (default): all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>For example <c>app.kubernetes.io/managed-by=me</c>; the server filters, so memory is spared.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>For example <c>spec.nodeName=node1</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects in a page of a list; default 500.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>
    /// What to keep of an object. Default <see cref="Slim"/>. Must keep kind, name, namespace, uid and
    /// resourceVersion.
    /// </summary>
    public Func<T, T> Transform { get; init; } = Slim;

    /// <summary>
    /// Leaves out what nobody reads from a cache and what makes up a third of a small object:
    /// <c>metadata.managedFields</c> and kubectl's <c>last-applied-configuration</c> annotation.
    /// </summary>
    public static T Slim(T value) => ObjectTransforms.Slim(value);
}

internal static class ObjectTransforms
{
    public const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";
    private const string ManagedFields = "managedFields";

    public static T Slim<T>(T value)
        where T : KubernetesObject
    {
        var metadata = value.Metadata;
        var hasManagedFields = metadata.ExtensionFields?.ContainsKey(ManagedFields) == true;
        var hasLastApplied = metadata.Annotations?.ContainsKey(LastAppliedAnnotation) == true;
        if (!hasManagedFields && !hasLastApplied)
        {
            return value;
        }

        return (T)(
            (KubernetesObject)value with
            {
                Metadata = metadata with
                {
                    ExtensionFields = hasManagedFields
                        ? Without(metadata.ExtensionFields!, ManagedFields)
                        : metadata.ExtensionFields,
                    Annotations = hasLastApplied
                        ? Without(metadata.Annotations!, LastAppliedAnnotation)
                        : metadata.Annotations,
                },
            }
        );
    }

    private static Dictionary<string, TValue>? Without<TValue>(
        IEnumerable<KeyValuePair<string, TValue>> map,
        string key
    )
    {
        var rest = new Dictionary<string, TValue>(map.Where(pair => pair.Key != key), StringComparer.Ordinal);
        return rest.Count == 0 ? null : rest;
    }
}
