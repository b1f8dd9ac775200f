using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Kubernetes.Models;

namespace LocalCluster.Node.Probes;

/// <summary>Does one probe of one container. Null means success, else why it failed, in the kubelet's words.</summary>
internal sealed class ProbeExecutor : IDisposable
{
    private const int BodyInMessage = 256;

    private readonly HttpMessageInvoker http = new(
        new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            PooledConnectionLifetime = TimeSpan.Zero,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = AcceptAny },
        }
    );

    public async Task<string?> RunAsync(
        Probe probe,
        Container container,
        string podIP,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return probe switch
            {
                { HttpGet: { } get } => await HttpAsync(get, container, podIP, cancellationToken),
                { TcpSocket: { } socket } => await TcpAsync(socket, container, podIP, cancellationToken),
                _ => "this node has httpGet and tcpSocket probes only",
            };
        }
        catch (OperationCanceledException)
        {
            return "no answer in time: context deadline exceeded";
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<string?> HttpAsync(
        HttpGetAction get,
        Container container,
        string podIP,
        CancellationToken cancellationToken
    )
    {
        if (PortOf(get.Port, container) is not { } port)
        {
            return $"couldn't find port {get.Port}";
        }

        var scheme = string.Equals(get.Scheme, "HTTPS", StringComparison.OrdinalIgnoreCase) ? "https" : "http";
        var host = string.IsNullOrEmpty(get.Host) ? podIP : get.Host;
        var path = get.Path is { Length: > 0 } p ? (p.StartsWith('/') ? p : "/" + p) : "/";
        var uri = new Uri(string.Create(CultureInfo.InvariantCulture, $"{scheme}://{host}:{port}{path}"));
        using var request = new HttpRequestMessage(HttpMethod.Get, uri);
        request.Headers.TryAddWithoutValidation("User-Agent", "kube-probe/1.36");
        request.Headers.ConnectionClose = true;
        if (get.ExtensionFields?.TryGetValue("httpHeaders", out var headers) == true)
        {
            foreach (var header in headers.EnumerateArray())
            {
                request.Headers.TryAddWithoutValidation(
                    header.GetProperty("name").GetString()!,
                    header.GetProperty("value").GetString()
                );
            }
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if ((int)response.StatusCode is >= 200 and < 400)
            {
                return null;
            }

            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            var shown = body.Length > BodyInMessage ? body[..BodyInMessage] : body;
            return $"HTTP probe failed with statuscode: {(int)response.StatusCode} {shown.Trim()}".TrimEnd();
        }
        catch (HttpRequestException exception)
        {
            return $"Get \"{uri}\": {(exception.InnerException ?? exception).Message}";
        }
    }

    private static async Task<string?> TcpAsync(
        TcpSocketAction action,
        Container container,
        string podIP,
        CancellationToken cancellationToken
    )
    {
        if (PortOf(action.Port, container) is not { } port)
        {
            return $"couldn't find port {action.Port}";
        }

        var host = string.IsNullOrEmpty(action.Host) ? podIP : action.Host;
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(host, port, cancellationToken);
            return null;
        }
        catch (SocketException exception)
        {
            return string.Create(CultureInfo.InvariantCulture, $"dial tcp {host}:{port}: {exception.Message}");
        }
    }

    /// <summary>As the kubelet: a probe asks whether the container answers, not who it is.</summary>
    private static bool AcceptAny(
        object sender,
        X509Certificate? certificate,
        X509Chain? chain,
        SslPolicyErrors errors
    ) => certificate is not null;

    internal static int? PortOf(IntOrString? port, Container container) =>
        port switch
        {
            { Number: { } number } => number,
            { Text: { } text } => container.Ports?.FirstOrDefault(p => p.Name == text)?.Port
                ?? (int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number : null),
            _ => null,
        };
}
