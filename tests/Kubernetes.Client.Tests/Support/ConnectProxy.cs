using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Kubernetes.Client.Tests.Support;

/// <summary>An HTTP proxy that knows CONNECT (RFC 9110, 9.3.6), with a password and TLS where the test wants them.</summary>
internal sealed class ConnectProxy(string? credentials = null, X509Certificate2? certificate = null) : RelayServer
{
    protected override async Task<Stream> SecureAsync(Stream client, CancellationToken cancellationToken)
    {
        if (certificate is null)
        {
            return client;
        }
        var secured = new SslStream(client);
        await secured.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = certificate },
            cancellationToken
        );
        return secured;
    }

    protected override async Task<(string Host, int Port)?> AgreeAsync(
        Stream client,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            var lines = (await ReadHeadAsync(client, cancellationToken)).Split("\r\n");
            if (lines[0].Split(' ') is not ["CONNECT", var authority, _])
            {
                await WriteAsync(client, "HTTP/1.1 405 Method Not Allowed\r\n\r\n", cancellationToken);
                return null;
            }
            if (credentials is null || lines.Contains(Authorization(credentials)))
            {
                var colon = authority.LastIndexOf(':');
                return (authority[..colon], int.Parse(authority[(colon + 1)..], CultureInfo.InvariantCulture));
            }
            await WriteAsync(
                client,
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n"
                    + "Content-Length: 0\r\n\r\n",
                cancellationToken
            );
        }
    }

    protected override Task ConfirmAsync(Stream client, CancellationToken cancellationToken) =>
        WriteAsync(client, "HTTP/1.1 200 Connection established\r\n\r\n", cancellationToken);

    private static string Authorization(string credentials) =>
        $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials))}";

    private static async Task<string> ReadHeadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append((char)(await ReadAsync(stream, 1, cancellationToken))[0]);
        }
        return head.ToString();
    }

    private static async Task WriteAsync(Stream stream, string text, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
