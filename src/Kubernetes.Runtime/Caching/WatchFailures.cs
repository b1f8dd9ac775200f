using Kubernetes.Client;

namespace Kubernetes.Runtime.Caching;

/// <summary>A watch that the server answered as it should not, in a way that has no HTTP status.</summary>
internal sealed class WatchBrokenException(string message, bool listAnew = false) : Exception(message)
{
    /// <summary>What is known is no longer of any use.</summary>
    public bool ListAnew => listAnew;
}

/// <summary>What the failure of a list or a watch asks for.</summary>
internal static class WatchFailures
{
    /// <summary>
    /// The version or token is too old, or one that the server never had: only a list from nothing helps, and it may
    /// be asked for at once.
    /// </summary>
    public static bool IsExpired(Exception e) =>
        e
            is KubernetesApiException { Kind: KubernetesErrorKind.Expired }
                or KubernetesApiException { Status.Reason: "Expired" or "Gone" }
        || e is WatchBrokenException { ListAnew: true }
        || (
            e is KubernetesApiException { Kind: KubernetesErrorKind.Timeout } tooNew
            && tooNew.Causes.Any(cause => cause.Reason == "ResourceVersionTooLarge")
        );

    /// <summary>Asking for the same once more may well go right: what is known stays known.</summary>
    public static bool IsTransient(Exception e) => IsOutside(e) || IsOfServer(e) || e is WatchBrokenException;

    /// <summary>It has nothing to do with what was asked for.</summary>
    public static bool IsOutside(Exception e) =>
        e
            is KubernetesApiException
            {
                Kind: KubernetesErrorKind.Transport
                    or KubernetesErrorKind.TooManyRequests
                    or KubernetesErrorKind.Unauthorized
                    or KubernetesErrorKind.Forbidden
            };

    private static bool IsOfServer(Exception e) =>
        e is KubernetesApiException { Kind: KubernetesErrorKind.ServerError or KubernetesErrorKind.Timeout };
}
