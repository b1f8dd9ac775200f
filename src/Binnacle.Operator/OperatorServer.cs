using Kubernetes.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Binnacle.Operator;

/// <summary>The operator as a process: its health endpoints and its life between start and SIGTERM.</summary>
public static class OperatorServer
{
    /// <summary>The pod's terminationGracePeriodSeconds must be longer.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs until cancelled or told to stop by a signal. 0: an orderly end.</summary>
    public static async Task<int> RunAsync(OperatorOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder
            .Logging.ClearProviders()
            .AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(server => server.Listen(options.Listen));
        await using var app = builder.Build();

        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        using var client = new KubernetesClient(
            KubernetesClientConfiguration.Load(options.Kubeconfig),
            TimeProvider.System,
            loggers.CreateLogger<KubernetesClient>()
        );
        var process = new OperatorProcess(client, options, TimeProvider.System, loggers);
        app.MapGet("/livez", () => Results.Text("ok"));
        app.MapGet(
            "/readyz",
            () => process.IsReady ? Results.Text("ok") : Results.Text("the caches are not full yet", statusCode: 503)
        );

        await app.StartAsync(cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            app.Lifetime.ApplicationStopping
        );
        await process.RunAsync(stopping.Token);
        await app.StopAsync(CancellationToken.None);
        return 0;
    }
}
