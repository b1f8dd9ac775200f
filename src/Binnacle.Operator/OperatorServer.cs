using Binnacle.Operator.Telemetry;
using Kubernetes.Client;

namespace Binnacle.Operator;

/// <summary>The operator as a process: its health endpoints and its life between start and SIGTERM.</summary>
public static class OperatorServer
{
    /// <summary>The pod's terminationGracePeriodSeconds must be longer.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Runs until cancelled or told to stop by a signal. 0: an orderly end.</summary>
    public static async Task<int> RunAsync(OperatorOptions options, CancellationToken cancellationToken)
    {
        // First of all: what is measured before it listens would be missing.
        using var telemetry = new OperatorTelemetry(TimeProvider.System);
        using var tracing = Tracing.Start(options.OtlpEndpoint);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.UseFormat(options.LogFormat);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        TelemetryEndpoints.Listen(builder.WebHost, options);
        await using var app = builder.Build();

        var loggers = app.Services.GetRequiredService<ILoggerFactory>();
        using var client = new KubernetesClient(
            KubernetesClientConfiguration.Load(options.Kubeconfig),
            TimeProvider.System,
            loggers.CreateLogger<KubernetesClient>(),
            telemetry.Client
        );
        var process = new OperatorProcess(client, options, TimeProvider.System, loggers, telemetry);
        TelemetryEndpoints.Map(app, telemetry);

        await app.StartAsync(cancellationToken);
        loggers
            .CreateLogger("Binnacle.Operator")
            .LogInformation(
                "Binnacle {Version} started, listens on {Addresses}, traces are {Traces}",
                telemetry.Build.Version,
                string.Join(", ", app.Urls),
                tracing is null ? "off" : "on"
            );
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            app.Lifetime.ApplicationStopping
        );
        await process.RunAsync(stopping.Token);
        await app.StopAsync(CancellationToken.None);
        return 0;
    }
}
