namespace Kubernetes.Client;

/// <summary>
/// <c>metav1.StatusReason</c>: every reason that an API server gives
/// (https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#StatusReason). Finer than <see cref="KubernetesErrorKind"/>.
/// </summary>
public enum KubernetesStatusReason
{
    /// <summary>None was given, or one that is newer than this list.</summary>
    Unknown,

    /// <summary>401: not known to the server.</summary>
    Unauthorized,

    /// <summary>403: known, but not allowed.</summary>
    Forbidden,

    /// <summary>404: no such object or resource.</summary>
    NotFound,

    /// <summary>409: the name is taken.</summary>
    AlreadyExists,

    /// <summary>409: somebody else changed the object, or owns the field.</summary>
    Conflict,

    /// <summary>410: the thing is no longer at the server and no forwarding address is known.</summary>
    Gone,

    /// <summary>422: the object breaks a rule.</summary>
    Invalid,

    /// <summary>500: the server understood, but cannot do it in reasonable time; to be tried again later.</summary>
    ServerTimeout,

    /// <summary>500: an object in the store cannot be read (decryption, decoding); somebody must mend it.</summary>
    StoreReadError,

    /// <summary>504: not done in the time that was asked for; it may have happened all the same.</summary>
    Timeout,

    /// <summary>429: slow down.</summary>
    TooManyRequests,

    /// <summary>400: the request itself is wrong.</summary>
    BadRequest,

    /// <summary>405: the resource does not do that.</summary>
    MethodNotAllowed,

    /// <summary>406: none of the accepted media types can be had.</summary>
    NotAcceptable,

    /// <summary>413: the body is too large.</summary>
    RequestEntityTooLarge,

    /// <summary>415: the body's media type is not read.</summary>
    UnsupportedMediaType,

    /// <summary>500: something inside the server broke.</summary>
    InternalError,

    /// <summary>410: the resource version or continue token is too old; list anew.</summary>
    Expired,

    /// <summary>503: not now.</summary>
    ServiceUnavailable,
}

/// <summary>Reads reasons, and what they mean for callers.</summary>
internal static class StatusReasons
{
    /// <summary>The reason that was given; without one that is known, the one that goes with the code.</summary>
    public static KubernetesStatusReason Of(string? reason, int? code) =>
        // A number would parse too.
        reason is { Length: > 0 }
        && char.IsAsciiLetter(reason[0])
        && Enum.TryParse(reason, out KubernetesStatusReason known)
        && known != KubernetesStatusReason.Unknown
            ? known
            : code switch
            {
                400 => KubernetesStatusReason.BadRequest,
                401 => KubernetesStatusReason.Unauthorized,
                403 => KubernetesStatusReason.Forbidden,
                404 => KubernetesStatusReason.NotFound,
                405 or 501 => KubernetesStatusReason.MethodNotAllowed,
                406 => KubernetesStatusReason.NotAcceptable,
                409 => KubernetesStatusReason.Conflict,
                410 => KubernetesStatusReason.Gone,
                413 => KubernetesStatusReason.RequestEntityTooLarge,
                415 => KubernetesStatusReason.UnsupportedMediaType,
                422 => KubernetesStatusReason.Invalid,
                429 => KubernetesStatusReason.TooManyRequests,
                503 => KubernetesStatusReason.ServiceUnavailable,
                504 => KubernetesStatusReason.Timeout,
                >= 500 => KubernetesStatusReason.InternalError,
                _ => KubernetesStatusReason.Unknown,
            };

    public static KubernetesErrorKind KindOf(KubernetesStatusReason reason) =>
        reason switch
        {
            KubernetesStatusReason.Unauthorized => KubernetesErrorKind.Unauthorized,
            KubernetesStatusReason.Forbidden => KubernetesErrorKind.Forbidden,
            KubernetesStatusReason.NotFound => KubernetesErrorKind.NotFound,
            KubernetesStatusReason.AlreadyExists => KubernetesErrorKind.AlreadyExists,
            KubernetesStatusReason.Conflict => KubernetesErrorKind.Conflict,
            KubernetesStatusReason.Gone or KubernetesStatusReason.Expired => KubernetesErrorKind.Expired,
            KubernetesStatusReason.Invalid => KubernetesErrorKind.Invalid,
            KubernetesStatusReason.ServerTimeout or KubernetesStatusReason.Timeout => KubernetesErrorKind.Timeout,
            KubernetesStatusReason.TooManyRequests => KubernetesErrorKind.TooManyRequests,
            KubernetesStatusReason.BadRequest
            or KubernetesStatusReason.NotAcceptable
            or KubernetesStatusReason.UnsupportedMediaType => KubernetesErrorKind.BadRequest,
            KubernetesStatusReason.MethodNotAllowed => KubernetesErrorKind.MethodNotAllowed,
            KubernetesStatusReason.RequestEntityTooLarge => KubernetesErrorKind.TooLarge,
            KubernetesStatusReason.InternalError
            or KubernetesStatusReason.StoreReadError
            or KubernetesStatusReason.ServiceUnavailable => KubernetesErrorKind.ServerError,
            _ => KubernetesErrorKind.Unknown,
        };
}
