using Microsoft.Extensions.Logging;

namespace Kubernetes.Client;

/// <summary>
/// The bearer token. One in a file is read again once a minute, as its writer replaces it long before it expires; the
/// last good one stays in use when the file cannot be read.
/// </summary>
internal sealed class BearerTokenSource(string? token, string? file, TimeProvider time, ILogger logger)
{
    internal static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly Lock sync = new();
    private string? current = token;
    private long? readAt;

    /// <summary>The token to send; null for none.</summary>
    public string? Get()
    {
        if (file is null)
        {
            return current;
        }
        lock (sync)
        {
            if (readAt is not { } last || time.GetElapsedTime(last) >= Period)
            {
                Read();
            }
            return current;
        }
    }

    /// <summary>Looks again after the server refused a token; whether there is another one now.</summary>
    public bool Refresh(string? refused)
    {
        if (file is null)
        {
            return false;
        }
        lock (sync)
        {
            Read();
            return current != refused;
        }
    }

    private void Read()
    {
        readAt = time.GetTimestamp();
        try
        {
            if (File.ReadAllText(file!).Trim() is { Length: > 0 } text)
            {
                current = text;
                return;
            }
            logger.LogWarning("The token file {File} is empty; going on with the token from before", file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
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
        }
    }
}
