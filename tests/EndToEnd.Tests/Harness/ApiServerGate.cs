using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Testing;

namespace EndToEnd.Tests.Harness;

/// <summary>A request that changes something.</summary>
/// <param name="At">When it came in.</param>
/// <param name="Method">For example PATCH.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">What it says.</param>
internal sealed record WriteRequest(DateTimeOffset At, string Method, string Path, string Body)
{
    /// <inheritdoc />
    public override string ToString() => $"\n{At:HH:mm:ss.fff} {Method} {Path} {Body}";
}

/// <summary>
/// A door to the API server through which the operator goes, so that a test can count what it asks for: a write that
/// changes nothing leaves no trace in the objects, but it costs the server as much as any other.
/// </summary>
internal sealed class ApiServerGate : IAsyncDisposable
{
    private readonly ConcurrentQueue<WriteRequest> _writes = new();
    private readonly HttpClient _server;
    private readonly WebApplication _app;

    private ApiServerGate(HttpClient server, WebApplication app)
    {
        _server = server;
        _app = app;
    }

    /// <summary>Every request so far that was no GET, in order.</summary>
    public IReadOnlyList<WriteRequest> Writes => [.. _writes];

    /// <summary>A kubeconfig that leads through the gate.</summary>
    public string Kubeconfig =>
        $$$"""
            apiVersion: v1
            kind: Config
            current-context: gate
            clusters: [{name: gate, cluster: {server: "{{{_app.Urls.First()}}}"}}]
            users: [{name: gate, user: {}}]
            contexts: [{name: gate, context: {cluster: gate, user: gate}}]
            """;

    /// <summary>Opens a gate to the cluster of a kubeconfig, with that file's rights.</summary>
    public static async Task<ApiServerGate> OpenAsync(string kubeconfig, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        var app = builder.Build();
        var gate = new ApiServerGate(Connect(kubeconfig), app);
        app.Run(gate.ForwardAsync);
        await app.StartAsync(cancellation);
        return gate;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _server.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        var path = $"{context.Request.Path}{context.Request.QueryString}";
        using var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), path.TrimStart('/'));
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            var text = Encoding.UTF8.GetString(body.ToArray());
            _writes.Enqueue(new WriteRequest(DateTimeOffset.UtcNow, context.Request.Method, path, text));
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (name is not ("Host" or "Connection" or "Transfer-Encoding"))
            {
                _ =
                    request.Headers.TryAddWithoutValidation(name, values.AsEnumerable())
                    || request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable()) == true;
            }
        }

        try
        {
            using var answer = await _server.SendAsync(
                request,
                HttpCompletionOption.ResponseHeadersRead,
                context.RequestAborted
            );
            context.Response.StatusCode = (int)answer.StatusCode;
            foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            {
                if (name is not ("Connection" or "Transfer-Encoding"))
                {
                    context.Response.Headers[name] = values.ToArray();
                }
            }

            await CopyAsync(answer, context);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or HttpRequestException)
        {
            // One of the two sides hung up; the other is to see the same.
            context.Abort();
        }
    }

    /// <summary>Passes on what arrives when it arrives: a watch is one answer that never ends.</summary>
    private static async Task CopyAsync(HttpResponseMessage answer, HttpContext context)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[64 * 1024];
        // The headers first: whoever opened a watch waits for them, and its first event may be minutes away.
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static HttpClient Connect(string kubeconfig)
    {
        var config = YamlDocuments.Read(File.ReadAllText(kubeconfig))[0]!;
        var current = Named(config["contexts"]!, (string)config["current-context"]!)["context"]!;
        var cluster = Named(config["clusters"]!, (string)current["cluster"]!)["cluster"]!;
        var user = Named(config["users"]!, (string)current["user"]!)["user"]!;
        var ssl = new SslClientAuthenticationOptions();
        if (Pem(cluster, "certificate-authority", kubeconfig) is { } authority)
        {
            ssl.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            ssl.CertificateChainPolicy.CustomTrustStore.ImportFromPem(authority);
        }

        if (Pem(user, "client-certificate", kubeconfig) is { } certificate)
        {
            var key = Pem(user, "client-key", kubeconfig);
            ssl.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
        }

        var client = new HttpClient(new SocketsHttpHandler { SslOptions = ssl, UseProxy = false })
        {
            BaseAddress = new Uri((string)cluster["server"]! + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if ((string?)user["token"] is { } token)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        return client;
    }

    private static JsonNode Named(JsonNode list, string name) =>
        list.AsArray().First(item => (string?)item!["name"] == name)!;

    private static string? Pem(JsonNode from, string field, string kubeconfig) =>
        (string?)from[$"{field}-data"] is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : (string?)from[field] is { } path
            ? File.ReadAllText(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(kubeconfig))!, path))
        : null;
}
