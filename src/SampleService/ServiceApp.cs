using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace SampleService;

/// <summary>The web server of one simulated service.</summary>
internal sealed class ServiceApp : IAsyncDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    private readonly WebApplication _app;
    private readonly TimeProvider _time;

    private ServiceApp(SampleEndpoint endpoint, TimeProvider time)
    {
        Service = endpoint.Service;
        Traffic = new Traffic(ServiceProfile.For(endpoint.Service), time);
        _time = time;

        // Empty: no configuration files to watch, no logger, and Ctrl-C stays with the process that hosts this.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(endpoint.Address);
            });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        _app = builder.Build();
        _app.Run(AnswerAsync);
        Address = endpoint.Address;
    }

    public string Service { get; }

    public Traffic Traffic { get; }

    public IPEndPoint Address { get; private set; }

    public static async Task<ServiceApp> StartAsync(
        SampleEndpoint endpoint,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var service = new ServiceApp(endpoint, time);
        try
        {
            await service._app.StartAsync(cancellation);
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }

        var addresses = service._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        var bound = new Uri(addresses!.Addresses.Single());
        service.Address = new IPEndPoint(endpoint.Address.Address, bound.Port);
        return service;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private Task AnswerAsync(HttpContext context) =>
        (context.Request.Method, context.Request.Path.Value?.TrimEnd('/')) switch
        {
            ("GET", "") => TextAsync(
                context,
                200,
                $"{Service}: /metrics /health /slow?ms=N /fault, POST /fault/on, /fault/off"
            ),
            ("GET", "/metrics") => MetricsAsync(context),
            ("GET" or "HEAD", "/health") => HealthAsync(context),
            ("GET", "/slow") => SlowAsync(context),
            ("GET", "/fault") => FaultAsync(context),
            ("POST", "/fault/on") => SwitchOnAsync(context),
            ("POST", "/fault/off") => SwitchAsync(context, Fault.None),
            (_, "/fault/on" or "/fault/off") => TextAsync(context, 405, "POST switches a fault"),
            _ => TextAsync(context, 404, $"{Service} has no {context.Request.Path}"),
        };

    private Task MetricsAsync(HttpContext context)
    {
        var text = new TextExposition();
        Traffic.WriteTo(text, Service);
        context.Response.ContentType = TextExposition.ContentType;
        return context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private Task HealthAsync(HttpContext context) =>
        Traffic.Fault == Fault.Down
            ? TextAsync(context, 503, "unhealthy: the fault 'down' is on")
            : TextAsync(context, 200, "healthy");

    private async Task SlowAsync(HttpContext context)
    {
        if (
            !double.TryParse(context.Request.Query["ms"], CultureInfo.InvariantCulture, out var milliseconds)
            || milliseconds is not (>= 0 and <= 60_000)
        )
        {
            await TextAsync(
                context,
                400,
                $"ms: a number from 0 to {LongestWait.TotalMilliseconds} is needed, as /slow?ms=800"
            );
            return;
        }

        await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), _time, context.RequestAborted);
        await TextAsync(context, 200, $"after {milliseconds} ms");
    }

    private Task SwitchOnAsync(HttpContext context)
    {
        string? kind = context.Request.Query["kind"];
        return kind switch
        {
            null or "errors" => SwitchAsync(context, Fault.Errors),
            "slow" => SwitchAsync(context, Fault.Slow),
            "down" => SwitchAsync(context, Fault.Down),
            _ => TextAsync(context, 400, $"kind: '{kind}' is no fault; use errors, slow or down"),
        };
    }

    private Task SwitchAsync(HttpContext context, Fault fault)
    {
        Traffic.Fault = fault;
        return FaultAsync(context);
    }

    private Task FaultAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var state = new FaultState(Service, Traffic.Fault);
        return context.Response.WriteAsync(
            JsonSerializer.Serialize(state, FaultJson.Default.FaultState) + "\n",
            context.RequestAborted
        );
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}

internal sealed record FaultState(string Service, Fault Fault);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(FaultState))]
internal sealed partial class FaultJson : JsonSerializerContext;
