using System.Net.Sockets;
using Binnacle.Operator.Telemetry;
using Kubernetes.Client;
using Kubernetes.Runtime.Leases;

namespace Binnacle.Operator;

/// <summary>The operator as a process: its health endpoints and its life between start and SIGTERM.</summary>
public static class OperatorServer
{
    /// <summary>The pod's terminationGracePeriodSeconds must be longer.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(30);

    private const int LostLeadership = 1;

    /// <summary>Runs until cancelled or told to stop by a signal. 0: an orderly end; 1: leadership was lost.</summary>
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
        var configuration = KubernetesClientConfiguration.Load(options.Kubeconfig);
        using var client = new KubernetesClient(
            configuration,
            TimeProvider.System,
            loggers.CreateLogger<KubernetesClient>(),
            telemetry.Client
        );
        // Connections of its own: renewals must not wait for anything else.
        using var leases = options.LeaderElection is { } contended
            ? client.WithOwnConnections("leader-election", contended.RequestTimeout)
            : null;
        var elector = (options.LeaderElection, leases) is ({ } election, { } own)
            ? new LeaderElector(
                own,
                election,
                TimeProvider.System,
                loggers.CreateLogger<LeaderElector>(),
                telemetry.Runtime
            )
            : null;
        var process = new OperatorProcess(client, options, TimeProvider.System, loggers, telemetry, elector);
        TelemetryEndpoints.Map(app, telemetry);

        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or SocketException)
        {
            throw new CannotListenException(
                $"{options.Listen} (--listen) and {options.MetricsListen?.ToString() ?? "none"} (--metrics-listen)",
                problem
            );
        }

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
        try
        {
            await process.RunAsync(stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Told to stop before the API server had answered for the first time.
        }
        catch (LeadershipLostException problem)
        {
            // At once and without ceremony: whoever still talks to this process talks to the wrong one.
            loggers.CreateLogger<OperatorProcess>().LogCritical("{Problem}", problem.Message);
            return LostLeadership;
        }

        await app.StopAsync(CancellationToken.None);
        return 0;
    }
}

/// <summary>An address is taken, or none of this machine's.</summary>
/// <param name="where">The addresses and the options that name them.</param>
/// <param name="innerException">What the system says.</param>
public sealed class CannotListenException(string where, Exception innerException)
    : Exception($"Cannot listen on {where}: {innerException.Message}", innerException);
