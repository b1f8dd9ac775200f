using Microsoft.Extensions.Logging;

namespace Kubernetes.Client;

/// <summary>Where credentials come from. Thread-safe.</summary>
internal interface ICredentialSource : IDisposable
{
    /// <summary>What to send now.</summary>
    /// <exception cref="KubernetesApiException">Unauthorized: there is nothing to send.</exception>
    ValueTask<Credential> GetAsync(CancellationToken cancellationToken);

    /// <summary>Looks again after the server refused a credential; whether there is another one now.</summary>
    ValueTask<bool> RefreshAsync(Credential refused, CancellationToken cancellationToken);
}

/// <summary>Picks the source that a configuration names.</summary>
internal static class CredentialSources
{
    public static ICredentialSource Create(
        KubernetesClientConfiguration configuration,
        TimeProvider time,
        ILogger logger
    ) =>
        configuration switch
        {
            { TokenFile: { } file } => new TokenFileSource(configuration.Token, file, time, logger),
            { Token: { } token } => new FixedCredentialSource(new Credential(Credential.Bearer(token, "token"))),
            { Username: { } user } => new FixedCredentialSource(
                new Credential(Credential.Basic(user, configuration.Password ?? ""))
            ),
            { Exec: { } plugin } => new ExecCredentialSource(
                new ExecRunner(plugin, configuration, ExecTerminal.IsThere, time, logger),
                time,
                logger
            ),
            _ => new FixedCredentialSource(Credential.None),
        };
}

/// <summary>One that never changes.</summary>
internal sealed class FixedCredentialSource(Credential credential) : ICredentialSource
{
    public ValueTask<Credential> GetAsync(CancellationToken cancellationToken) => new(credential);

    public ValueTask<bool> RefreshAsync(Credential refused, CancellationToken cancellationToken) => new(false);

    public void Dispose() { }
}
