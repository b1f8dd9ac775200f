using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Client;

/// <summary>What a connection is used for. Watches have their own, so that they cannot starve requests of streams.</summary>
internal enum ConnectionUse
{
    Request,
    Watch,
}

/// <summary>
/// Keeps the connections to the server, and makes new ones when the files of CA, certificate or key have changed (they
/// are looked at once a minute at most) or a credential plugin gave another certificate.
/// </summary>
internal sealed class ConnectionSource : IDisposable
{
    internal static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly KubernetesClientConfiguration configuration;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly bool rotates;
    private readonly Lock sync = new();
    private TlsMaterial material;
    private Credential credential = Credential.None;
    private long lookedAt;
    private Connections current;
    private Connections? previous;

    /// <summary>Reads the files; connects only when a request comes.</summary>
    /// <exception cref="KubernetesConfigurationException">A certificate or key is wrong.</exception>
    public ConnectionSource(KubernetesClientConfiguration configuration, TimeProvider time, ILogger logger)
    {
        this.configuration = configuration;
        this.time = time;
        this.logger = logger;
        rotates =
            configuration.CertificateAuthority?.Path is not null
            || configuration.ClientCertificate?.Path is not null
            || configuration.ClientKey?.Path is not null;
        try
        {
            material = TlsMaterial.Read(configuration, given: null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"{configuration.Source}: {e.Message}", e);
        }
        current = new Connections(configuration, material);
        lookedAt = time.GetTimestamp();
    }

    /// <summary>Connections on which the credential's certificate is shown.</summary>
    /// <exception cref="KubernetesConfigurationException">That certificate or its key is wrong.</exception>
    public HttpMessageInvoker Get(ConnectionUse use, Credential shown)
    {
        lock (sync)
        {
            // A request that was held up does not bring an old certificate back.
            if (shown.Version > credential.Version)
            {
                Adopt(shown);
            }
            if (rotates && time.GetElapsedTime(lookedAt) >= Period)
            {
                Look();
            }
            return use == ConnectionUse.Watch ? current.Watches : current.Requests;
        }
    }

    /// <summary>Looks at the files now; whether there are new connections.</summary>
    public bool Refresh()
    {
        lock (sync)
        {
            return rotates && Look();
        }
    }

    public void Dispose()
    {
        lock (sync)
        {
            previous?.Dispose();
            current.Dispose();
        }
    }

    private void Adopt(Credential shown)
    {
        if (shown.Identity != credential.Identity)
        {
            Replace(TlsMaterial.Read(configuration, shown.Identity));
        }
        credential = shown;
    }

    private bool Replace(TlsMaterial found)
    {
        if (found == material)
        {
            return false;
        }
        var replacement = new Connections(configuration, found);
        // The ones before may be in use for a moment yet: their turn comes with the next rotation.
        previous?.Dispose();
        previous = current;
        current = replacement;
        material = found;
        logger.LogInformation("Certificates changed, connecting to {Server} anew", configuration.Address);
        return true;
    }

    private bool Look()
    {
        lookedAt = time.GetTimestamp();
        try
        {
            return Replace(TlsMaterial.Read(configuration, credential.Identity));
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or KubernetesConfigurationException
                        or CryptographicException
            )
        {
            logger.LogWarning(
                "Changed certificates cannot be used, going on with those from before: {Error}",
                e.Message
            );
            return false;
        }
    }

    private sealed class Connections : IDisposable
    {
        public Connections(KubernetesClientConfiguration configuration, TlsMaterial material)
        {
            Requests = new(Handlers.Create(configuration, material, ConnectionUse.Request));
            Watches = new(Handlers.Create(configuration, material, ConnectionUse.Watch));
        }

        public HttpMessageInvoker Requests { get; }

        public HttpMessageInvoker Watches { get; }

        public void Dispose()
        {
            Requests.Dispose();
            Watches.Dispose();
        }
    }
}
