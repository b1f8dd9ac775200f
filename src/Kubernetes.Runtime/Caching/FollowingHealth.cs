using Kubernetes.Client;
using Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Caching;

/// <summary>Whether the following of one kind goes well. Each trouble is told once, until things went well in between.</summary>
internal sealed class FollowingHealth(ResourceType resource, ILogger logger)
{
    private volatile Exception? _problem;

    /// <summary>Why the last attempt failed; null while all is well.</summary>
    public Exception? Problem => _problem;

    public void Failed(Exception e)
    {
        var isNew = !IsSame(_problem, e);
        var level = isNew ? LogLevel.Warning : LogLevel.Debug;
        _problem = e;
        switch (e)
        {
            case KubernetesApiException { Kind: KubernetesErrorKind.NotFound }:
                logger.Log(level, "The server does not know {Resource} yet; waiting for it", resource);
                break;
            case KubernetesApiException { Kind: KubernetesErrorKind.Forbidden or KubernetesErrorKind.Unauthorized }:
                logger.Log(level, "Not allowed to list and watch {Resource}: {Message}", resource, e.Message);
                break;
            case KubernetesApiException or WatchBrokenException:
                logger.Log(level, "Cannot follow {Resource}, trying again: {Message}", resource, e.Message);
                break;
            default:
                logger.Log(isNew ? LogLevel.Error : LogLevel.Debug, e, "Following {Resource} failed", resource);
                break;
        }
    }

    /// <summary>True when there was trouble until now.</summary>
    public bool Recovered()
    {
        if (_problem is null)
        {
            return false;
        }

        _problem = null;
        logger.LogInformation("Following {Resource} again", resource);
        return true;
    }

    private static bool IsSame(Exception? before, Exception now) =>
        before is not null
        && before.GetType() == now.GetType()
        && (before as KubernetesApiException)?.Kind == (now as KubernetesApiException)?.Kind;
}
