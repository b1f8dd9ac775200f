using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace EndToEnd.Tests.Harness;

/// <summary>
/// A web server in the test that pods can reach: something to scrape at <c>/metrics</c>, to probe at <c>/health</c>, and
/// a receiver of notifications at <c>/alerts</c>.
/// </summary>
internal sealed class TestSite : IAsyncDisposable
{
    private readonly ConcurrentQueue<JsonNode> _notifications = new();
    private readonly WebApplication _app;
    private bool _isStopped;

    private TestSite(WebApplication app) => _app = app;

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; private set; } = new(IPAddress.None, 0);

    /// <summary>The metrics page.</summary>
    public string Metrics { get; set; } = "test_value 1\n";

    /// <summary>The metrics page is only for those who send this as a bearer token; null: for everybody.</summary>
    public string? Token { get; set; }

    /// <summary>How long <c>/health</c> thinks before it answers.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Status of <c>/health</c>.</summary>
    public int Health { get; set; } = 200;

    /// <summary>Bodies posted to <c>/alerts</c>.</summary>
    public IReadOnlyList<JsonNode> Notifications => [.. _notifications];

    /// <summary>Starts one on an address of this machine, on a free port.</summary>
    public static async Task<TestSite> StartAsync(IPAddress address, CancellationToken cancellation)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0));
        var app = builder.Build();
        var site = new TestSite(app);
        app.MapGet("/metrics", site.Scrape);
        app.MapGet("/health", site.AnswerHealthAsync);
        app.MapPost("/alerts", site.TakeAsync);
        await app.StartAsync(cancellation);
        site.Address = new IPEndPoint(address, new Uri(app.Urls.First()).Port);
        return site;
    }

    /// <summary>Alerts of one name that were reported with a status, the newest last.</summary>
    public IReadOnlyList<JsonNode> Received(string alertName, string status) =>
        [
            .. _notifications
                .SelectMany(notification => notification["alerts"]!.AsArray())
                .Where(alert => (string?)alert!["labels"]!["alertname"] == alertName)
                .Where(alert => (string?)alert!["status"] == status)!,
        ];

    /// <summary>Stops listening, at once.</summary>
    public async Task StopAsync()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            using var atOnce = new CancellationTokenSource();
            await atOnce.CancelAsync();
            await _app.StopAsync(atOnce.Token);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }

    private IResult Scrape(HttpRequest request) =>
        Token is { } token && request.Headers.Authorization != $"Bearer {token}"
            ? Results.StatusCode(StatusCodes.Status401Unauthorized)
            : Results.Text(Metrics, "text/plain; version=0.0.4");

    private async Task<IResult> AnswerHealthAsync(CancellationToken cancellation)
    {
        await Task.Delay(Delay, cancellation);
        return Results.StatusCode(Health);
    }

    private async Task<IResult> TakeAsync(HttpRequest request, CancellationToken cancellation)
    {
        _notifications.Enqueue((await JsonNode.ParseAsync(request.Body, cancellationToken: cancellation))!);
        return Results.Ok();
    }
}
