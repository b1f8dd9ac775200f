using System.Net;
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
/// are looked at once a minute at most).
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
            material = TlsMaterial.Read(configuration);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KubernetesConfigurationException($"{configuration.Source}: {e.Message}", e);
        }
        current = new Connections(configuration, material);
        lookedAt = time.GetTimestamp();
    }

    public HttpMessageInvoker Get(ConnectionUse use)
    {
        lock (sync)
        {
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

    private bool Look()
    {
        lookedAt = time.GetTimestamp();
        try
        {
            var found = TlsMaterial.Read(configuration);
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
            logger.LogInformation("Certificates changed, connecting to {Server} anew", configuration.Server);
            return true;
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
            Requests = Create(configuration, material, DecompressionMethods.GZip);
            Watches = Create(configuration, material, DecompressionMethods.None);
        }

        public HttpMessageInvoker Requests { get; }

        public HttpMessageInvoker Watches { get; }

        public void Dispose()
        {
            Requests.Dispose();
            Watches.Dispose();
        }

        private static HttpMessageInvoker Create(
            KubernetesClientConfiguration configuration,
            TlsMaterial material,
            DecompressionMethods decompression
        ) =>
            new(
                new SocketsHttpHandler
                {
                    SslOptions = TlsSettings.Create(configuration, material),
                    AutomaticDecompression = decompression,
                    EnableMultipleHttp2Connections = true,
                    // Other addresses of the server get their share, and DNS changes are noticed.
                    PooledConnectionLifetime = TimeSpan.FromMinutes(10),
                    PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
                    ConnectTimeout = TimeSpan.FromSeconds(15),
                    KeepAlivePingDelay = TimeSpan.FromSeconds(30),
                    KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
                    KeepAlivePingPolicy = HttpKeepAlivePingPolicy.Always,
                    AllowAutoRedirect = false,
                    UseCookies = false,
                    UseProxy = false,
                }
            );
    }
}
