using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Binnacle.Quickstart.Notifications;

/// <summary>Takes the place of whoever is told: a webhook, and Slack.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly NotificationLog log;
    private readonly TimeProvider time;

    private Receiver(IPAddress address, NotificationLog log, TimeProvider time)
    {
        this.log = log;
        this.time = time;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder
            .WebHost.UseKestrelCore()
            .ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(address, 0);
            });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        app = builder.Build();
        app.Run(AnswerAsync);
        Address = new IPEndPoint(address, 0);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; private set; }

    /// <summary>Starts on a free port of an address.</summary>
    /// <exception cref="QuickstartException">The address is not one of this machine.</exception>
    public static async Task<Receiver> StartAsync(
        IPAddress address,
        NotificationLog log,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var receiver = new Receiver(address, log, time);
        try
        {
            await receiver.app.StartAsync(cancellation);
        }
        catch (Exception e)
        {
            await receiver.DisposeAsync();
            throw e is IOException
                ? new QuickstartException($"The receiver cannot listen on {address}: {e.Message}", e)
                : e;
        }

        var addresses = receiver.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>();
        receiver.Address = new IPEndPoint(address, new Uri(addresses!.Addresses.Single()).Port);
        return receiver;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private Task AnswerAsync(HttpContext context) =>
        (context.Request.Method, context.Request.Path.Value) switch
        {
            ("POST", "/webhook") => TakeAsync(context, MessageReader.Webhook),
            ("POST", "/slack") => TakeAsync(context, MessageReader.Slack),
            _ => SayAsync(context, 404, "POST /webhook and /slack are what this receiver knows"),
        };

    private async Task TakeAsync(
        HttpContext context,
        Func<JsonElement, DateTimeOffset, IReadOnlyList<Notification>> read
    )
    {
        IReadOnlyList<Notification> notifications;
        try
        {
            using var body = await JsonDocument.ParseAsync(
                context.Request.Body,
                cancellationToken: context.RequestAborted
            );
            notifications = read(body.RootElement, time.GetUtcNow());
        }
        catch (JsonException e)
        {
            await SayAsync(context, 400, e.Message);
            return;
        }

        foreach (var notification in notifications)
        {
            log.Add(notification);
        }

        // The word that Slack answers with; Alertmanager takes anything else for a failure.
        await SayAsync(context, 200, "ok");
    }

    private static Task SayAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }
}
