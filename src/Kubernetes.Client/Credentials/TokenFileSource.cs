using Microsoft.Extensions.Logging;

namespace Kubernetes.Client;

/// <summary>
/// A bearer token in a file. It is read again before it is a minute old, as its writer replaces it long before it
/// expires; the last good one stays in use when the file cannot be read.
/// </summary>
internal sealed class TokenFileSource(string? fallback, string file, TimeProvider time, ILogger logger)
    : ICredentialSource
{
    internal static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>How much earlier than that: a request takes a while to arrive.</summary>
    internal static readonly TimeSpan Leeway = TimeSpan.FromSeconds(10);

    private readonly Lock sync = new();
    private Credential? current = fallback is null ? null : new Credential(Credential.Bearer(fallback, "token"));
    private long? readAt;

    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        lock (sync)
        {
            return new(
                readAt is { } last && time.GetElapsedTime(last) < Period - Leeway && current is { } fresh
                    ? fresh
                    : Read()
            );
        }
    }

    public ValueTask<bool> RefreshAsync(Credential refused, CancellationToken cancellationToken)
    {
        lock (sync)
        {
            return new(!Read().SameAs(refused));
        }
    }

    public void Dispose() { }

    private Credential Read()
    {
        readAt = time.GetTimestamp();
        try
        {
            var text = File.ReadAllText(file).Trim();
            if (text.Length == 0)
            {
                throw new KubernetesConfigurationException($"{file} is empty");
            }
            return current = new Credential(Credential.Bearer(text, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KubernetesConfigurationException)
        {
            if (current is null)
            {
                throw new KubernetesApiException(
                    KubernetesErrorKind.Unauthorized,
                    $"the token file cannot be read: {e.Message}",
                    innerException: e
                );
            }
            logger.LogWarning("The token file cannot be read, going on with the token from before: {Error}", e.Message);
            return current;
        }
    }
}
