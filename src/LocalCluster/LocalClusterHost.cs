using System.Net;
using System.Security.Cryptography.X509Certificates;
using LocalCluster.ApiServer;
using Microsoft.Extensions.Logging.Abstractions;

namespace LocalCluster;

/// <summary>A running cluster: an API server on loopback and whatever parts run beside it. Disposing it stops all of it.</summary>
public sealed class LocalClusterHost : IAsyncDisposable
{
    private readonly ApiServerHost server;
    private readonly LoopbackRanges? ranges;
    private readonly X509Certificate2 admin;
    private readonly List<IAsyncDisposable> parts = [];
    private readonly DataFolder? folder;
    private readonly string? temporary;

    private LocalClusterHost(
        ApiServerHost server,
        LoopbackRanges? ranges,
        X509Certificate2 admin,
        LocalClusterContext context,
        DataFolder? folder,
        string? temporary
    )
    {
        this.server = server;
        this.ranges = ranges;
        this.admin = admin;
        this.folder = folder;
        this.temporary = temporary;
        Context = context;
        ClientCertificatePem = admin.ExportCertificatePem();
        using var key = admin.GetECDsaPrivateKey()!;
        ClientKeyPem = key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>Where the API server listens.</summary>
    public Uri Url => Context.Url;

    /// <summary>An administrator's kubeconfig.</summary>
    public string KubeconfigPath => Context.KubeconfigPath;

    /// <summary>Cluster IPs of Services.</summary>
    public string ServiceCidr => Context.ServiceCidr;

    /// <summary>Addresses of pods.</summary>
    public string PodCidr => Context.PodCidr;

    /// <summary>Certificate of the cluster's CA.</summary>
    public string CertificateAuthorityPem => server.Authority.CertificatePem;

    /// <summary>The administrator's certificate (<c>O=system:masters</c>).</summary>
    public string ClientCertificatePem { get; }

    /// <summary>Its key, PKCS#8.</summary>
    public string ClientKeyPem { get; }

    /// <summary>Where nodes register their logs.</summary>
    public PodLogSources PodLogs => Context.PodLogs;

    /// <summary>What parts are told of the cluster.</summary>
    public LocalClusterContext Context { get; }

    /// <summary>Starts a cluster; when this returns, all its parts have started.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    /// <exception cref="ArgumentException">A range is no IPv4 network.</exception>
    public static async Task<LocalClusterHost> StartAsync(
        LocalClusterOptions options,
        CancellationToken cancellationToken
    )
    {
        var scratch = options.DataDirectory is null
            ? Directory.CreateTempSubdirectory("local-cluster-").FullName
            : null;
        var data = options.DataDirectory ?? scratch!;
        Directory.CreateDirectory(data);
        var kept = scratch is null ? DataFolder.Open(data) : null;
        LoopbackRanges? claimed = null;
        var loggers = options.LoggerFactory ?? NullLoggerFactory.Instance;
        var logs = new PodLogSources();
        LocalClusterHost? host = null;
        try
        {
            var last = kept?.Settings;
            var (services, pods) = (options.ServiceCidr ?? last?.ServiceCidr, options.PodCidr ?? last?.PodCidr);
            if (services is null || pods is null)
            {
                claimed = LoopbackRanges.Claim(kept: options.DataDirectory is not null);
                (services, pods) = (services ?? claimed.Services, pods ?? claimed.Pods);
            }
            else if (options is { ServiceCidr: null, PodCidr: null })
            {
                claimed = LoopbackRanges.ClaimAgain(pods, services);
            }

            var api = await ApiServerHost.StartAsync(
                options.Port == 0 ? last?.Port ?? 0 : options.Port,
                ParseRange(services),
                kept,
                logs,
                options.Clock,
                loggers,
                cancellationToken
            );
            var context = new LocalClusterContext
            {
                Url = api.Url,
                KubeconfigPath = Path.GetFullPath(options.KubeconfigPath ?? Path.Join(data, "kubeconfig")),
                DataDirectory = Path.GetFullPath(data),
                ServiceCidr = services,
                PodCidr = pods,
                PodLogs = logs,
                LoggerFactory = loggers,
                Clock = options.Clock,
            };
            var client = api.Authority.IssueClient("admin", "system:masters");
            host = new(api, claimed, client, context, kept, scratch);
            kept?.Save(new(api.Url.Port, services, pods));
            var text = Kubeconfig.Format(api.Url, api.Authority.CertificatePem, client);
            await Kubeconfig.WriteAsync(context.KubeconfigPath, text, cancellationToken);
            foreach (var part in options.Parts)
            {
                host.parts.Add(await part.StartAsync(context, cancellationToken));
            }

            return host;
        }
        catch
        {
            if (host is not null)
            {
                await host.DisposeAsync();
            }
            else
            {
                claimed?.Dispose();
                kept?.Dispose();
                RemoveTemporary(scratch);
            }

            throw;
        }
    }

    /// <summary>A certificate of this cluster's CA for some other user, as PEM: for tests of permissions.</summary>
    public (string CertificatePem, string KeyPem) IssueClientCertificate(string user, params IEnumerable<string> groups)
    {
        using var certificate = server.Authority.IssueClient(user, groups);
        using var key = certificate.GetECDsaPrivateKey()!;
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            await parts[i].DisposeAsync();
        }

        parts.Clear();
        await server.DisposeAsync();
        admin.Dispose();
        ranges?.Dispose();
        folder?.Dispose();
        RemoveTemporary(temporary);
    }

    private static IPNetwork ParseRange(string serviceCidr) =>
        IPNetwork.TryParse(serviceCidr, out var range)
        && range.BaseAddress.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
        && range.PrefixLength <= 28
            ? range
            : throw new ArgumentException(
                $"'{serviceCidr}' is no IPv4 network with at least 16 addresses; expected for example 127.98.0.0/16",
                nameof(serviceCidr)
            );

    private static void RemoveTemporary(string? directory)
    {
        if (directory is not null && Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
