using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Webhooks;

/// <summary>
/// Serves admission webhooks over TLS (1.2 and 1.3, HTTP/1.1 and HTTP/2), one path for each. The certificate may change
/// while it runs.
/// </summary>
public sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly WebhookServerOptions _options;
    private readonly TimeProvider _clock;
    private readonly SemaphoreSlim _places;

    /// <summary>Makes one that does not listen yet.</summary>
    /// <param name="options">Where, and what it stands.</param>
    /// <param name="certificate">What it shows.</param>
    /// <param name="handlers">By path: <c>/validate</c>.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="loggers">Told of failures.</param>
    /// <param name="metrics">Counts and times requests, where given.</param>
    public WebhookServer(
        WebhookServerOptions options,
        ServingCertificate certificate,
        IReadOnlyDictionary<string, IAdmissionHandler> handlers,
        TimeProvider clock,
        ILoggerFactory loggers,
        RuntimeMetrics? metrics = null
    )
    {
        _options = options;
        _clock = clock;
        _places = new SemaphoreSlim(options.MaxConcurrentReviews);
        var logger = loggers.CreateLogger<WebhookServer>();
        var endpoints = handlers.ToDictionary(
            handler => new PathString(handler.Key),
            handler => new ReviewEndpoint(
                handler.Key,
                handler.Value,
                options,
                _places,
                metrics?.ForWebhook(handler.Key),
                clock,
                logger
            )
        );
        _application = Build(options, certificate, loggers);
        _application.Run(context =>
        {
            if (endpoints.TryGetValue(context.Request.Path, out var endpoint))
            {
                return endpoint.HandleAsync(context);
            }

            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    /// <summary>Where it listens, once started.</summary>
    public IPEndPoint Endpoint
    {
        get
        {
            var addresses = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
            var address = new Uri(addresses!.Addresses.First());
            return new IPEndPoint(IPAddress.Parse(address.Host), address.Port);
        }
    }

    /// <summary>Listens.</summary>
    /// <exception cref="IOException">The address is taken.</exception>
    public Task StartAsync(CancellationToken cancellationToken) => _application.StartAsync(cancellationToken);

    /// <summary>Takes no more connections, and waits for reviews in progress.</summary>
    public async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(_options.DrainTimeout, _clock);
        try
        {
            await _application.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // What did not end in time is cut.
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _application.DisposeAsync();
        _places.Dispose();
    }

    private static WebApplication Build(
        WebhookServerOptions options,
        ServingCertificate certificate,
        ILoggerFactory loggers
    )
    {
        // Empty: no setting, environment variable or file changes where it listens.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton(loggers);
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
                kestrel.Limits.RequestHeadersTimeout = options.Timeout;
                kestrel.Limits.MaxConcurrentConnections = 256;
                kestrel.ListenAt(options.Listen, listen => Secure(listen, options, certificate));
            });
        return builder.Build();
    }

    private static void Secure(ListenOptions listen, WebhookServerOptions options, ServingCertificate certificate)
    {
        listen.Protocols = HttpProtocols.Http1AndHttp2;
        listen.UseHttps(
            new TlsHandshakeCallbackOptions
            {
                HandshakeTimeout = options.Timeout,
                OnConnection = _ =>
                    ValueTask.FromResult(
                        new SslServerAuthenticationOptions
                        {
                            ServerCertificateContext =
                                certificate.Context
                                ?? throw new AuthenticationException("there is no certificate to serve yet"),
                            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                        }
                    ),
            }
        );
    }
}
