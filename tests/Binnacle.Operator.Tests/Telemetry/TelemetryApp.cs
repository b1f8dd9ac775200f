using System.Net;
using Binnacle.Operator.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Binnacle.Operator.Tests.Telemetry;

/// <summary>The operator's endpoints on free ports, without an operator behind them.</summary>
internal sealed class TelemetryApp : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TelemetryApp(WebApplication app, OperatorTelemetry telemetry)
    {
        _app = app;
        Telemetry = telemetry;
        var urls = app.Urls.Select(url => new Uri(url)).ToList();
        Health = new HttpClient { BaseAddress = urls[0], Timeout = TimeSpan.FromSeconds(30) };
        Metrics = new HttpClient { BaseAddress = urls[^1], Timeout = TimeSpan.FromSeconds(30) };
    }

    public OperatorTelemetry Telemetry { get; }

    public HttpClient Health { get; }

    public HttpClient Metrics { get; }

    public static async Task<TelemetryApp> StartAsync(
        IPAddress? address = null,
        Action<IServiceCollection>? more = null
    )
    {
        var telemetry = new OperatorTelemetry(TimeProvider.System);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var any = new IPEndPoint(address ?? IPAddress.Loopback, 0);
        TelemetryEndpoints.Listen(builder.WebHost, new OperatorOptions { Listen = any, MetricsListen = any });
        more?.Invoke(builder.Services);
        var app = builder.Build();
        TelemetryEndpoints.Map(app, telemetry);
        await app.StartAsync();
        return new TelemetryApp(app, telemetry);
    }

    public async ValueTask DisposeAsync()
    {
        Health.Dispose();
        Metrics.Dispose();
        await _app.DisposeAsync();
        Telemetry.Dispose();
    }
}
