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
        var configuration = KubernetesClientConfiguration.Load(options.Kubeconfig);
        using var client = new KubernetesClient(
            configuration,
            TimeProvider.System,
            loggers.CreateLogger<KubernetesClient>()
        );
        // Connections of its own: renewals must not wait for anything else.
        using var leases = new KubernetesClient(
            configuration,
            TimeProvider.System,
            loggers.CreateLogger<KubernetesClient>()
        );
        var elector = options.LeaderElection is { } election
            ? new LeaderElector(leases, election, TimeProvider.System, loggers.CreateLogger<LeaderElector>())
            : null;
        var process = new OperatorProcess(client, options, TimeProvider.System, loggers, elector);
        Serve(app, "/livez", () => null);
        Serve(app, "/readyz", () => process.IsReady ? null : "the caches are not full yet");

        await app.StartAsync(cancellationToken);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            app.Lifetime.ApplicationStopping
        );
        try
        {
            await process.RunAsync(stopping.Token);
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

    /// <summary>200 while <paramref name="problem"/> finds none, else 503 with its words.</summary>
    private static void Serve(WebApplication app, string path, Func<string?> problem) =>
        app.MapGet(
            path,
            context =>
            {
                var words = problem();
                context.Response.StatusCode = words is null
                    ? StatusCodes.Status200OK
                    : StatusCodes.Status503ServiceUnavailable;
                return context.Response.WriteAsync(words ?? "ok", context.RequestAborted);
            }
        );
}
