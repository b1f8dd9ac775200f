using System.Net;
using System.Text;

namespace Kubernetes.Client;

/// <summary>The settings of connections.</summary>
internal static class Handlers
{
    public static SocketsHttpHandler Create(
        KubernetesClientConfiguration configuration,
        TlsMaterial material,
        ConnectionUse use
    ) =>
        new()
        {
            SslOptions = TlsSettings.Create(configuration, material),
            // The server compresses answers of 128 KiB and more. Events of a watch would wait for their block to fill.
            AutomaticDecompression =
                use == ConnectionUse.Watch || configuration.DisableCompression
                    ? DecompressionMethods.None
                    : DecompressionMethods.GZip,
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
            UseProxy = configuration.ProxyUrl is not null,
            Proxy = configuration.ProxyUrl is { } proxy ? Proxy(proxy) : null,
            RequestHeaderEncodingSelector = RepeatedHeaders.EncodingOf,
            // Warnings hold any letter.
            ResponseHeaderEncodingSelector = static (_, _) => Encoding.UTF8,
        };

    /// <summary>User and password stand apart from the address, so that no message shows them.</summary>
    private static WebProxy Proxy(Uri url)
    {
        var proxy = new WebProxy(new UriBuilder(url) { UserName = "", Password = "" }.Uri);
        if (url.UserInfo.Length > 0)
        {
            var parts = url.UserInfo.Split(':', 2);
            proxy.Credentials = new NetworkCredential(
                Uri.UnescapeDataString(parts[0]),
                parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : ""
            );
        }
        return proxy;
    }
}
