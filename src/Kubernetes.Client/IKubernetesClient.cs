using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>
/// Talks to one API server. Every call may throw <see cref="KubernetesApiException"/> for an answer that is no success
/// and <see cref="OperationCanceledException"/> when <c>cancellationToken</c> fires; and, before anything is sent,
/// <see cref="ArgumentException"/> for a call that cannot be right (no name, no namespace, no field manager).
/// </summary>
public interface IKubernetesClient
{
    /// <summary>Reads one object; <see cref="KubernetesErrorKind.NotFound"/> when it is not there.</summary>
    Task<T> GetAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>;

    /// <summary>Reads one object; null when it (or its kind) is not there.</summary>
    Task<T?> FindAsync<T>(ObjectKey key, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>;

    /// <summary>Reads one page.</summary>
    Task<KubernetesList<T>> ListPageAsync<T>(ListRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>;

    /// <summary>
    /// Opens one watch and yields its events until the server closes it, the connection is idle for longer than
    /// <see cref="WatchRequest.Timeout"/> plus a margin (an error of kind <see cref="KubernetesErrorKind.Timeout"/>),
    /// or the server reports an error in the stream (thrown, with the kind that it carries). It does not reconnect:
    /// that is the reflector's work.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(WatchRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>;

    /// <summary>Creates an object; <see cref="KubernetesErrorKind.AlreadyExists"/> when there is one.</summary>
    Task<T> CreateAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>;

    /// <summary>Replaces an object (PUT); its resourceVersion, where set, must be the current one.</summary>
    Task<T> ReplaceAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>;

    /// <summary>Deletes an object. False when it was not there.</summary>
    Task<bool> DeleteAsync<T>(ObjectKey key, DeleteRequest request, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>;

    /// <summary>Deletes an object whose kind is known only at run time. False when it was not there.</summary>
    Task<bool> DeleteAsync(
        ResourceType type,
        ObjectKey key,
        DeleteRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>
    /// Server-side apply of a full intent: no resourceVersion, managedFields or status are sent, and no uid but that of
    /// <see cref="WriteOptions.Uid"/>.
    /// <see cref="WriteOptions.FieldManager"/> is required. Works for any object, typed or not: the resource of a
    /// <see cref="DynamicObject"/> is discovered where it is not known, and one without a namespace goes into that of
    /// the configuration if its kind has namespaces.
    /// </summary>
    Task<T> ApplyAsync<T>(T value, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject;

    /// <summary>Patches an object or a subresource of it and returns the result.</summary>
    Task<T> PatchAsync<T>(ObjectKey key, Patch patch, WriteOptions options, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>;

    /// <summary>
    /// POSTs to a subresource, for example a <see cref="TokenRequest"/> to <c>serviceaccounts/NAME/token</c>.
    /// </summary>
    Task<TBody> CreateSubresourceAsync<TOwner, TBody>(
        ObjectKey owner,
        string subresource,
        TBody body,
        CancellationToken cancellationToken
    )
        where TOwner : KubernetesObject, IKubernetesObject<TOwner>
        where TBody : KubernetesObject, IKubernetesObject<TBody>;

    /// <summary>
    /// A plain request by path (<c>/version</c>, <c>/api/v1/namespaces/x/pods/y:9090/proxy/-/ready</c>), authenticated
    /// and retried as all others. The answer's status is not checked and the caller disposes it.
    /// </summary>
    Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken);

    /// <summary>
    /// The resource that serves a kind, from the server's discovery documents (cached until a kind is not found).
    /// Null when the server does not have it.
    /// </summary>
    Task<ResourceType?> DiscoverAsync(string apiVersion, string kind, CancellationToken cancellationToken);
}

/// <summary>Where and what to list. Selectors are in the API's string form.</summary>
public sealed record ListRequest
{
    /// <summary>Null: all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>For example <c>app=web,tier in (a,b)</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>For example <c>spec.nodeName=node1</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects in a page; default 500, null for no limit.</summary>
    public int? Limit { get; init; } = 500;

    /// <summary>Token of the page before.</summary>
    public string? Continue { get; init; }

    /// <summary>Empty (default): the newest state; <c>0</c>: any state the server has at hand.</summary>
    public string? ResourceVersion { get; init; }
}

/// <summary>Where a watch starts, and what it follows.</summary>
public sealed record WatchRequest
{
    /// <summary>Null: all namespaces.</summary>
    public string? Namespace { get; init; }

    /// <summary>As in <see cref="ListRequest.LabelSelector"/>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>As in <see cref="ListRequest.FieldSelector"/>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>
    /// The version after which events are wanted; <c>0</c>: first an Added for each object of any state that the server
    /// has at hand.
    /// </summary>
    public required string ResourceVersion { get; init; }

    /// <summary>
    /// Instead of a list: first an Added for each object there is, then a bookmark that says
    /// <see cref="WatchEvent{T}.InitialEventsEnd"/>, then what changes. <see cref="ResourceVersion"/> is the least that
    /// the state must be of; empty: the newest. Servers before 1.27 do not know it and send no such bookmark
    /// (https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists). Default false.
    /// </summary>
    public bool SendInitialEvents { get; init; }

    /// <summary>After which the server is asked to close the stream; default 5 minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);
}

/// <summary>What a watch tells.</summary>
public enum WatchEventType
{
    /// <summary>An object is there that was not there before (or was not selected).</summary>
    Added,

    /// <summary>An object changed.</summary>
    Modified,

    /// <summary>An object is gone; the event carries its last state.</summary>
    Deleted,

    /// <summary>Only the resource version moved on; the event carries no object.</summary>
    Bookmark,
}

/// <summary>One line of a watch.</summary>
/// <typeparam name="T">The kind that is watched.</typeparam>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object; null for a bookmark.</param>
/// <param name="ResourceVersion">Where a new watch would continue.</param>
public readonly record struct WatchEvent<T>(WatchEventType Type, T? Object, string ResourceVersion)
    where T : KubernetesObject
{
    /// <summary>
    /// True on the one bookmark that ends what <see cref="WatchRequest.SendInitialEvents"/> asked for: all that was
    /// there has been told.
    /// </summary>
    public bool InitialEventsEnd { get; init; }
}

/// <summary>How a write is to be made.</summary>
public sealed record WriteOptions
{
    /// <summary>Who owns the written fields; default: the client's user agent up to the slash.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Server-side apply only: take fields over that others own.</summary>
    public bool Force { get; init; }

    /// <summary>
    /// Server-side apply only: write the object that has this uid, and no other one of its name. Where there is another,
    /// the server answers with <see cref="KubernetesErrorKind.Invalid"/> for <c>metadata.uid</c>; where there is none,
    /// with <see cref="KubernetesErrorKind.Conflict"/>, and it makes none:
    /// <see cref="KubernetesApiException.IsUidMismatch"/> is true for both.
    /// </summary>
    public string? Uid { get; init; }

    /// <summary>Have the server check and answer, but store nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>For example <c>status</c> or <c>scale</c>.</summary>
    public string? Subresource { get; init; }
}

/// <summary>How an object is to be deleted.</summary>
public sealed record DeleteRequest
{
    /// <summary>Delete only if the object has this uid.</summary>
    public string? Uid { get; init; }

    /// <summary>Delete only if the object has this resourceVersion.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>Background</c> (default), <c>Foreground</c> or <c>Orphan</c>.</summary>
    public string PropagationPolicy { get; init; } = "Background";

    /// <summary>Seconds a pod has to stop; null: the object's own.</summary>
    public int? GracePeriodSeconds { get; init; }
}

/// <summary>A change to an object, in one of the forms the API server reads.</summary>
/// <param name="ContentType">The media type that names the form.</param>
/// <param name="Content">The JSON.</param>
public sealed record Patch(string ContentType, ReadOnlyMemory<byte> Content)
{
    internal const string ApplyContentType = "application/apply-patch+yaml";

    /// <summary>RFC 7386: objects are merged, lists replaced, null deletes.</summary>
    public static Patch Merge(ReadOnlyMemory<byte> json) => new("application/merge-patch+json", json);

    /// <summary>RFC 6902: a list of operations, all or none.</summary>
    public static Patch Json(ReadOnlyMemory<byte> json) => new("application/json-patch+json", json);

    /// <summary>Lists of known keys are merged by key; built-in kinds only.</summary>
    public static Patch Strategic(ReadOnlyMemory<byte> json) => new("application/strategic-merge-patch+json", json);

    /// <summary>Server-side apply; needs <see cref="WriteOptions.FieldManager"/>.</summary>
    public static Patch Apply(ReadOnlyMemory<byte> json) => new(ApplyContentType, json);
}
