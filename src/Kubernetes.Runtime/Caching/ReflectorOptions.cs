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
    /// Reads the first state as a stream of events (WatchList, <c>sendInitialEvents</c>) instead of page by page: less
    /// memory in the server for large kinds. A server that does not know it, or stays silent for 30 s in the middle of
    /// it, is listed from then on. Default false.
    /// </summary>
    public bool WatchList { get; init; }

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
