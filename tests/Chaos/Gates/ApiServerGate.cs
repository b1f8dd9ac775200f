using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chaos.Gates;

/// <summary>
/// A door to the API server through which an operator goes, so that a test can see what it asks for, and hurt it: a
/// write that changes nothing leaves no trace in the objects, but it costs the server as much as any other.
/// </summary>
internal sealed class ApiServerGate : IAsyncDisposable
{
    private readonly ConcurrentQueue<GateWrite> _writes = new();
    private readonly string _name;
    private readonly HttpClient _server;
    private readonly X509Certificate2 _certificate;
    private WebApplication? _app;
    private long _requests;
    private volatile TaskCompletionSource? _cut;

    private ApiServerGate(string name, HttpClient server, X509Certificate2 certificate) =>
        (_name, _server, _certificate) = (name, server, certificate);

    /// <summary>Every request so far that was no GET, in the order of their answers.</summary>
    public IReadOnlyList<GateWrite> Writes => [.. _writes];

    /// <summary>How many requests came, of any kind.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>What is to become of a request.</summary>
    public Func<GateRequest, GateFault> Fault { get; set; } = _ => GateFault.None;

    /// <summary>Opens a gate to the cluster of a kubeconfig.</summary>
    /// <param name="kubeconfig">The cluster.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="name">Who goes through it.</param>
    /// <param name="asCaller">Every caller brings his own token; else all have the rights of the file.</param>
    public static async Task<ApiServerGate> OpenAsync(
        string kubeconfig,
        CancellationToken cancellation,
        string name = "operator",
        bool asCaller = false
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var certificate = GateCertificate.Create();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            // As an API server has it.
            kestrel.Limits.Http2.MaxStreamsPerConnection = 250;
        });
        var gate = new ApiServerGate(name, Upstream.Connect(kubeconfig, asCaller), certificate);
        gate._app = builder.Build();
        gate._app.Run(gate.ForwardAsync);
        await gate._app.StartAsync(cancellation);
        return gate;
    }

    /// <summary>A kubeconfig that leads through the gate.</summary>
    /// <param name="token">The caller's; null: the gate has rights of its own.</param>
    public string Kubeconfig(string? token = null)
    {
        var authority = Convert.ToBase64String(Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem()));
        var user = token is null ? "{}" : $"{{token: \"{token}\"}}";
        return $$$"""
            apiVersion: v1
            kind: Config
            current-context: gate
            clusters: [{name: gate, cluster: {server: "{{{_app!.Urls.First()}}}", certificate-authority-data: "{{{authority}}}"}}]
            users: [{name: gate, user: {{{user}}}}]
            contexts: [{name: gate, context: {cluster: gate, user: gate}}]
            """;
    }

    /// <summary>From now on nothing passes, in either direction, and nobody is told: connections stay open.</summary>
    public void Cut() => _cut ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What waits and is still wanted passes again.</summary>
    public void Restore() => Interlocked.Exchange(ref _cut, null)?.SetResult();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Restore();
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app!.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _server.Dispose();
        _certificate.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var path = $"{context.Request.Path}{context.Request.QueryString}";
        var asked = new GateRequest(_name, context.Request.Method, path);
        try
        {
            var fault = Fault(asked);
            if (fault is GateFault.Answered answered)
            {
                await RefuseAsync(context, answered);
                return;
            }

            if (fault is GateFault.Reset { Served: false })
            {
                Break(context);
                return;
            }

            await Task.Delay(
                fault switch
                {
                    GateFault.Delayed delayed => delayed.By,
                    GateFault.Swallowed => Timeout.InfiniteTimeSpan,
                    _ => TimeSpan.Zero,
                },
                context.RequestAborted
            );
            using var request = await ReadAsync(context, path);
            await PassAsync(context.RequestAborted);
            using var answer = await SendAsync(asked, request, context.RequestAborted);
            await PassAsync(context.RequestAborted);
            if (fault is GateFault.Reset)
            {
                Break(context);
                return;
            }

            await AnswerAsync(answer, context);
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or HttpRequestException)
        {
            // One of the two sides hung up; the other is to see the same.
            context.Abort();
        }
    }

    private async Task PassAsync(CancellationToken cancellation)
    {
        while (_cut is { } cut)
        {
            await cut.Task.WaitAsync(cancellation);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(
        GateRequest asked,
        HttpRequestMessage request,
        CancellationToken cancellation
    )
    {
        var body = asked.IsWrite && request.Content is { } content ? await content.ReadAsStringAsync(cancellation) : "";
        var at = DateTimeOffset.UtcNow;
        var status = 0;
        try
        {
            var answer = await _server.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            status = (int)answer.StatusCode;
            return answer;
        }
        finally
        {
            if (asked.IsWrite)
            {
                _writes.Enqueue(new GateWrite(asked, at, DateTimeOffset.UtcNow, status, body));
            }
        }
    }

    private static async Task<HttpRequestMessage> ReadAsync(HttpContext context, string path)
    {
        var request = new HttpRequestMessage(HttpMethod.Parse(context.Request.Method), path.TrimStart('/'));
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            request.Content = new ByteArrayContent(body.ToArray());
        }

        foreach (var (name, values) in context.Request.Headers)
        {
            if (name is not ("Host" or "Connection" or "Transfer-Encoding") && !name.StartsWith(':'))
            {
                _ =
                    request.Headers.TryAddWithoutValidation(name, values.AsEnumerable())
                    || request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable()) == true;
            }
        }

        return request;
    }

    /// <summary>Passes on what arrives when it arrives: a watch is one answer that never ends.</summary>
    private async Task AnswerAsync(HttpResponseMessage answer, HttpContext context)
    {
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
        {
            if (name is not ("Connection" or "Transfer-Encoding"))
            {
                context.Response.Headers[name] = values.ToArray();
            }
        }

        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        var buffer = new byte[64 * 1024];
        // The headers first: whoever opened a watch waits for them, and its first event may be minutes away.
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var count)
        {
            await PassAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }

    private static async Task RefuseAsync(HttpContext context, GateFault.Answered fault)
    {
        context.Response.StatusCode = fault.Status;
        if (fault.RetryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        // As a proxy has it that is not an API server: no Status.
        context.Response.ContentType = "text/plain";
        await context.Response.WriteAsync("a fault of the way\n", context.RequestAborted);
    }

    private static void Break(HttpContext context)
    {
        if (context.Features.Get<IConnectionLifetimeFeature>() is { } connection)
        {
            connection.Abort();
        }

        context.Abort();
    }
}
