using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>What went wrong, independent of HTTP codes: what a caller branches on.</summary>
public enum KubernetesErrorKind
{
    /// <summary>None of the others.</summary>
    Unknown,

    /// <summary>400, 406 or 415: the request itself is wrong.</summary>
    BadRequest,

    /// <summary>401: not known to the server.</summary>
    Unauthorized,

    /// <summary>403: known, but not allowed.</summary>
    Forbidden,

    /// <summary>404: no such object or resource.</summary>
    NotFound,

    /// <summary>405 or 501: the server does not do that.</summary>
    MethodNotAllowed,

    /// <summary>409: the name is taken.</summary>
    AlreadyExists,

    /// <summary>409: somebody else changed the object, or owns the field.</summary>
    Conflict,

    /// <summary>
    /// 410: the resource version or the continue token is too old; or 504: it is one that the server has not reached
    /// (after a restore). Either way, list anew.
    /// </summary>
    Expired,

    /// <summary>413 or a 422 for size.</summary>
    TooLarge,

    /// <summary>422: the object breaks a rule; <see cref="KubernetesApiException.Causes"/> names them.</summary>
    Invalid,

    /// <summary>429: slow down.</summary>
    TooManyRequests,

    /// <summary>504, a 500 that says so, or our own deadline.</summary>
    Timeout,

    /// <summary>500 to 503: the server or something behind it failed.</summary>
    ServerError,

    /// <summary>No answer: connection refused, cut, TLS or name resolution failed.</summary>
    Transport,
}

/// <summary>An API server's refusal, or the lack of an answer.</summary>
public sealed class KubernetesApiException : Exception
{
    /// <summary>Makes one from its parts.</summary>
    public KubernetesApiException(
        KubernetesErrorKind kind,
        string message,
        int? statusCode = null,
        Status? status = null,
        TimeSpan? retryAfter = null,
        Exception? innerException = null
    )
        : base(message, innerException)
    {
        Kind = kind;
        StatusCode = statusCode;
        Status = status;
        RetryAfter = retryAfter;
    }

    /// <summary>What a caller branches on.</summary>
    public KubernetesErrorKind Kind { get; }

    /// <summary>The server's own word for it; what goes with <see cref="StatusCode"/> where it gave none.</summary>
    public KubernetesStatusReason Reason => StatusReasons.Of(Status?.Reason, StatusCode);

    /// <summary>The HTTP status, when there was an answer.</summary>
    public int? StatusCode { get; }

    /// <summary>The answer's body, when it was a <c>metav1.Status</c>.</summary>
    public Status? Status { get; }

    /// <summary>How long the server asks to wait.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>One entry per field that was refused.</summary>
    public IReadOnlyList<StatusCause> Causes => Status?.Details?.Causes ?? [];

    /// <summary>
    /// Whether one of <see cref="Causes"/> has this reason, for example <c>FieldManagerConflict</c> or
    /// <c>NamespaceTerminating</c>.
    /// </summary>
    public bool HasCause(string reason) => Causes.Any(cause => cause.Reason == reason);

    /// <summary>
    /// Whether a write or a deletion named the uid of its object, and that object is no more: there is none of its name,
    /// or another one. For the write of what is not there, and for deletions, servers say so in words alone
    /// (kubernetes/kubernetes apiserver/pkg/endpoints/handlers/patch.go, pkg/registry/rest/delete.go and
    /// pkg/storage/interfaces.go).
    /// </summary>
    public bool IsUidMismatch =>
        Kind switch
        {
            KubernetesErrorKind.Invalid => Causes.Any(cause => cause.Field == "metadata.uid"),
            KubernetesErrorKind.Conflict => Array.Exists(
                UidMismatches,
                words => Message.Contains(words, StringComparison.Ordinal)
            ),
            _ => false,
        };

    private static readonly string[] UidMismatches = ["uid mismatch", "UID in precondition", "UID in the precondition"];
}
