using System.Collections.Concurrent;
using Kubernetes.Client;
using Kubernetes.Models;

namespace LocalCluster.Node.Volumes;

/// <summary>Tokens of service accounts, asked for once and anew when four fifths of their life are over, as the kubelet does.</summary>
internal sealed class ServiceAccountTokens(IKubernetesClient client, TimeProvider time)
{
    private const long DefaultSeconds = 3600;

    private readonly ConcurrentDictionary<(string Uid, string? Audience, long Seconds), Cached> cache = new();

    /// <summary>A token bound to the pod.</summary>
    /// <exception cref="VolumeNotReadyException">The account is not there, or the server refuses.</exception>
    public async Task<string> GetAsync(
        Pod pod,
        ServiceAccountTokenProjection wanted,
        CancellationToken cancellationToken
    )
    {
        var seconds = wanted.ExpirationSeconds ?? DefaultSeconds;
        var key = (pod.Metadata.Uid ?? "", wanted.Audience, seconds);
        if (cache.TryGetValue(key, out var cached) && time.GetUtcNow() < cached.RenewAt)
        {
            return cached.Token;
        }

        var named = pod.Spec?.ServiceAccountName is { Length: > 0 } name ? name : null;
        var account = named ?? "default";
        var request = new TokenRequest
        {
            Spec = new TokenRequestSpec
            {
                Audiences = wanted.Audience is null ? null : [wanted.Audience],
                ExpirationSeconds = seconds,
                // A server refuses to bind a token to a pod that does not name the account.
                BoundObjectRef = named is null
                    ? null
                    : new ObjectReference
                    {
                        ApiVersion = "v1",
                        Kind = "Pod",
                        Name = pod.Metadata.Name,
                        Uid = pod.Metadata.Uid,
                    },
            },
        };
        try
        {
            var answer = await client.CreateSubresourceAsync<ServiceAccount, TokenRequest>(
                new ObjectKey(pod.Metadata.Namespace ?? "", account),
                "token",
                request,
                cancellationToken
            );
            var token =
                answer.Status?.Token
                ?? throw new VolumeNotReadyException($"no token for service account \"{account}\"");
            var now = time.GetUtcNow();
            var life = (answer.Status.ExpirationTimestamp ?? now.AddSeconds(seconds)) - now;
            cache[key] = new Cached(token, now + (life * 0.8));
            return token;
        }
        catch (KubernetesApiException exception)
        {
            throw new VolumeNotReadyException(
                $"failed to fetch token of service account \"{account}\": {exception.Message}"
            );
        }
    }

    /// <summary>Drops the tokens of a pod that is gone.</summary>
    public void Forget(string uid)
    {
        foreach (var key in cache.Keys.Where(k => k.Uid == uid))
        {
            cache.TryRemove(key, out _);
        }
    }

    private sealed record Cached(string Token, DateTimeOffset RenewAt);
}
