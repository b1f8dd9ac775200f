using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Chaos.Running;

/// <summary>What the stack scrapes, probes and notifies: a web server here that pods can reach.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>A latency is told again when it changes by a quarter: of one as long as this a busy machine makes less.</summary>
    private static readonly TimeSpan Thinking = TimeSpan.FromMilliseconds(800);

    private readonly WebApplication _app;

    private Site(WebApplication app, string address) => (_app, Address) = (app, address);

    /// <summary>Host and port.</summary>
    public string Address { get; }

    /// <summary>Starts it on an address of this machine.</summary>
    public static async Task<Site> StartAsync(IPAddress address, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        var app = builder.Build();
        app.MapGet("/metrics", () => Results.Text("test_value 1\n", "text/plain; version=0.0.4"));
        app.MapGet(
            "/health",
            async (CancellationToken token) =>
            {
                await Task.Delay(Thinking, token);
                return Results.Ok();
            }
        );
        app.MapPost("/alerts", () => Results.Ok());
        await app.StartAsync(cancellation);
        return new Site(app, $"{address}:{new Uri(app.Urls.First()).Port}");
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
    }
}
