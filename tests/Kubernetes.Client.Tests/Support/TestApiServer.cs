using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Client.Tests.Support;

/// <summary>A request that came in.</summary>
internal sealed record SeenRequest(string Method, string Path, string Query, string? Authorization, string Body)
{
    public string? UserAgent { get; init; }

    public string? ContentType { get; init; }

    public string? ClientCertificate { get; init; }

    public string? Protocol { get; init; }

    /// <summary>Which connection it came on.</summary>
    public string? Connection { get; init; }

    public required IReadOnlyDictionary<string, string[]> Headers { get; init; }
}

/// <summary>An HTTPS server on loopback that answers what the test says, and remembers what it was asked.</summary>
internal sealed class TestApiServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly X509Certificate2 certificate;
    private readonly ConcurrentQueue<SeenRequest> requests = new();

    private TestApiServer(WebApplication app, TestPki pki, X509Certificate2 certificate)
    {
        this.app = app;
        this.certificate = certificate;
        Pki = pki;
    }

    public TestPki Pki { get; }

    public IReadOnlyList<SeenRequest> Requests => [.. requests];

    /// <summary>Lets go of the requests so far.</summary>
    public void Forget() => requests.Clear();

    public int Port { get; private set; }

    /// <summary>Trusts this server.</summary>
    public KubernetesClientConfiguration Configuration =>
        new()
        {
            Server = new Uri($"https://127.0.0.1:{Port}"),
            CertificateAuthority = PemSource.FromText(Pki.AuthorityPem),
            UserAgent = "client-tests/1.0",
        };

    public static async Task<TestApiServer> StartAsync(
        Func<HttpContext, SeenRequest, Task> answer,
        Func<TestPki, X509Certificate2>? issue = null,
        X509Certificate2? intermediate = null,
        HttpProtocols protocols = HttpProtocols.Http1AndHttp2
    )
    {
        var pki = new TestPki();
        var certificate = issue?.Invoke(pki) ?? pki.Issue("server", addresses: [IPAddress.Loopback]);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(options =>
        {
            // Names of users and groups are not all ASCII.
            options.RequestHeaderEncodingSelector = _ => Encoding.UTF8;
            options.Listen(
                IPAddress.Loopback,
                0,
                listen =>
                {
                    listen.Protocols = protocols;
                    listen.UseHttps(https =>
                    {
                        https.ServerCertificate = certificate;
                        https.ServerCertificateChain = intermediate is null ? null : [intermediate];
                        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                        https.AllowAnyClientCertificate();
                    });
                }
            );
        });
        var app = builder.Build();
        var server = new TestApiServer(app, pki, certificate);
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var seen = new SeenRequest(
                context.Request.Method,
                context.Request.Path.Value!,
                context.Request.QueryString.Value!,
                context.Request.Headers.Authorization.FirstOrDefault(),
                await reader.ReadToEndAsync(context.RequestAborted)
            )
            {
                UserAgent = context.Request.Headers.UserAgent.FirstOrDefault(),
                ContentType = context.Request.ContentType,
                ClientCertificate = context.Connection.ClientCertificate?.Subject,
                Protocol = context.Request.Protocol,
                Connection = context.Connection.Id,
                Headers = context.Request.Headers.ToDictionary(
                    header => header.Key,
                    header => header.Value.OfType<string>().ToArray(),
                    StringComparer.OrdinalIgnoreCase
                ),
            };
            server.requests.Enqueue(seen);
            await answer(context, seen);
        });
        await app.StartAsync();
        var address = app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Single();
        server.Port = new Uri(address).Port;
        return server;
    }

    /// <summary>A server that answers every request with the same.</summary>
    public static Task<TestApiServer> StartAsync(int status, string body, string contentType = "application/json") =>
        StartAsync((context, _) => AnswerAsync(context, status, body, contentType));

    public static async Task AnswerAsync(
        HttpContext context,
        int status,
        string body,
        string contentType = "application/json"
    )
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.WriteAsync(body, Encoding.UTF8, context.RequestAborted);
    }

    /// <summary>Sends the head of an answer and part of its body, and leaves it open.</summary>
    public static async Task SendAsync(HttpContext context, string part)
    {
        await context.Response.WriteAsync(part, Encoding.UTF8, context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    /// <summary>Holds a request until its client gives up, or the server stops.</summary>
    public static async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // As was to be.
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (var limit = new CancellationTokenSource(TimeSpan.Zero))
        {
            await app.StopAsync(limit.Token);
        }
        await app.DisposeAsync();
        certificate.Dispose();
        Pki.Dispose();
    }
}
