using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Tests.Webhooks;

/// <summary>Calls webhooks as an API server does: over TLS, trusting a bundle and nothing else, for one host name.</summary>
internal sealed class WebhookCaller : IDisposable
{
    public const string Host = "hooks.home.svc";

    private readonly SocketsHttpHandler _handler;
    private readonly HttpClient _http;
    private readonly int _port;

    public WebhookCaller(int port, Func<byte[]> bundle, TimeProvider clock, Version? version = null)
    {
        _port = port;
        _handler = new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(10) };
        _handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => IsTrusted(shown, bundle(), clock);
        _handler.ConnectCallback = async (_, token) =>
        {
            var socket = new System.Net.Sockets.Socket(
                System.Net.Sockets.SocketType.Stream,
                System.Net.Sockets.ProtocolType.Tcp
            );
            await socket.ConnectAsync(IPAddress.Loopback, port, token);
            return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
        };
        _http = new HttpClient(_handler)
        {
            Timeout = TimeSpan.FromSeconds(60),
            DefaultRequestVersion = version ?? HttpVersion.Version20,
        };
    }

    public static string Review(
        string uid = "u-1",
        string @object = """{"apiVersion":"v1","kind":"ConfigMap"}""",
        string operation = "CREATE"
    ) =>
        $$$"""
            {"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"{{{uid}}}",
             "kind":{"group":"","version":"v1","kind":"ConfigMap"},"name":"thing","namespace":"home",
             "operation":"{{{operation}}}","object":{{{@object}}}}}
            """;

    public async Task<AdmissionResponse> ReviewAsync(string path = "/validate")
    {
        using var answer = await PostAsync(Encoding.UTF8.GetBytes(Review()), path);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await ReadAsync(answer);
    }

    public static async Task<AdmissionResponse> ReadAsync(HttpResponseMessage answer) =>
        JsonSerializer
            .Deserialize(await answer.Content.ReadAsByteArrayAsync(), AdmissionReview.JsonTypeInfo)!
            .Response.ShouldNotBeNull();

    public Task<HttpResponseMessage> PostAsync(
        byte[] body,
        string path = "/validate",
        string contentType = "application/json"
    )
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return SendAsync(content, path);
    }

    public Task<HttpResponseMessage> SendAsync(HttpContent content, string path = "/validate") =>
        _http.PostAsync(new Uri($"https://{Host}:{_port}{path}"), content);

    public Task<HttpResponseMessage> GetAsync(string path) => _http.GetAsync(new Uri($"https://{Host}:{_port}{path}"));

    public void Dispose()
    {
        _http.Dispose();
        _handler.Dispose();
    }

    private static bool IsTrusted(X509Certificate? shown, byte[] bundle, TimeProvider clock)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(Encoding.ASCII.GetString(bundle));
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = clock.GetUtcNow().UtcDateTime;
        return shown is X509Certificate2 leaf
            && leaf.MatchesHostname(Host, allowWildcards: false, allowCommonName: false)
            && chain.Build(leaf);
    }
}
