using System.Net;
using Kubernetes.Runtime;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Binnacle.Operator.Telemetry;

/// <summary>Which address answers what: health for the kubelet, metrics for Prometheus.</summary>
internal static class TelemetryEndpoints
{
    /// <summary>Opens the addresses of the options; one that is named for both serves both.</summary>
    public static void Listen(IWebHostBuilder web, OperatorOptions options) =>
        web.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            var both = options.MetricsListen is { Port: not 0 } metrics && metrics.Equals(options.Listen);
            Open(server, options.Listen, both ? Role.Health | Role.Metrics : Role.Health);
            if (options.MetricsListen is { } address && !both)
            {
                Open(server, address, Role.Metrics);
            }
        });

    /// <summary>Answers what is asked at the right address, 404 elsewhere.</summary>
    public static void Map(WebApplication app, OperatorTelemetry telemetry)
    {
        app.Use(
            (context, next) =>
            {
                var needed = context.Request.Path.StartsWithSegments("/metrics", StringComparison.Ordinal)
                    ? Role.Metrics
                    : Role.Health;
                if (context.Features.Get<Listener>() is { } listener && !listener.Role.HasFlag(needed))
                {
                    context.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                }

                return next(context);
            }
        );
        HealthEndpoint.Map(app, "livez", telemetry.Live);
        HealthEndpoint.Map(app, "readyz", telemetry.Ready);
        app.MapMethods(
            "/metrics",
            [HttpMethods.Get, HttpMethods.Head],
            context => MetricsEndpoint.AnswerAsync(context, telemetry.Metrics)
        );
    }

    private static void Open(KestrelServerOptions server, IPEndPoint address, Role role) =>
        server.ListenAt(
            address,
            listen =>
                listen.Use(next =>
                    connection =>
                    {
                        // Requests see the features of their connection: by port alone they could not tell, for it may be
                        // any free one.
                        connection.Features.Set(new Listener(role));
                        return next(connection);
                    }
                )
        );

    [Flags]
    private enum Role
    {
        Health = 1,
        Metrics = 2,
    }

    private sealed record Listener(Role Role);
}
