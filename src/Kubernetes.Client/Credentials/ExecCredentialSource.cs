using Microsoft.Extensions.Logging;

namespace Kubernetes.Client;

/// <summary>
/// Credentials of a plugin, kept until they expire or the server refuses them. However many requests wait, the plugin
/// runs once at a time, and they share what comes of it, failure included.
/// </summary>
internal sealed class ExecCredentialSource(ExecRunner runner, TimeProvider time, ILogger logger) : ICredentialSource
{
    private readonly Lock sync = new();
    private readonly CancellationTokenSource ended = new();
    private Task<Credential>? running;
    private Credential? current;
    private DateTimeOffset? expires;
    private long version;

    public async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        Task<Credential> run;
        lock (sync)
        {
            if (running is null && current is { } kept && !(time.GetUtcNow() >= expires))
            {
                return kept;
            }
            run = StartRun();
        }
        return await run.WaitAsync(cancellationToken);
    }

    public async ValueTask<bool> RefreshAsync(Credential refused, CancellationToken cancellationToken)
    {
        Task<Credential> run;
        lock (sync)
        {
            if (current is { } other && other != refused)
            {
                return true;
            }
            run = StartRun();
        }
        try
        {
            return !(await run.WaitAsync(cancellationToken)).SameAs(refused);
        }
        catch (KubernetesApiException e)
        {
            logger.LogWarning("The server refused the credentials, and there are no others: {Error}", e.Message);
            return false;
        }
    }

    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    /// <summary>No single request's cancellation ends the run: others wait for it too.</summary>
    private Task<Credential> StartRun() => running ??= Task.Run(RunAsync);

    private async Task<Credential> RunAsync()
    {
        try
        {
            var given = await runner.RunAsync(ended.Token);
            lock (sync)
            {
                expires = given.Expires;
                running = null;
                return current = new Credential(
                    given.Token is { } token ? Credential.Bearer(token, "the credential plugin's token") : null,
                    given.Identity,
                    ++version
                );
            }
        }
        catch (KubernetesConfigurationException e)
        {
            Forget();
            throw new KubernetesApiException(KubernetesErrorKind.Unauthorized, e.Message, innerException: e);
        }
        catch
        {
            Forget();
            throw;
        }
    }

    private void Forget()
    {
        lock (sync)
        {
            running = null;
        }
    }
}
