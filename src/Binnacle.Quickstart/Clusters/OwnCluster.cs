using System.Net;
using Kubernetes.Client;
using LocalCluster;

namespace Binnacle.Quickstart.Clusters;

/// <summary>Starts a cluster of our own, in this process.</summary>
internal static class OwnCluster
{
    /// <summary>Name of the log in the run's folder.</summary>
    public const string LogName = "cluster.log";

    public static async Task<RunCluster> StartAsync(
        string tools,
        RunFolder folder,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var loggers = LoggerFactory.Create(logging =>
            logging
                .SetMinimumLevel(LogLevel.Information)
                .AddFilter("Microsoft", LogLevel.Warning)
                .AddProvider(new FileLoggerProvider(folder.File(LogName), time))
        );
        var host = await LocalClusterHost.StartAsync(
            new LocalClusterOptions
            {
                DataDirectory = folder.File("cluster"),
                Clock = time,
                LoggerFactory = loggers,
                Parts = [new ControllersPart(), new NodePart([tools])],
            },
            cancellation
        );
        try
        {
            var configuration = KubernetesClientConfiguration.Load(host.KubeconfigPath);
            return new RunCluster(host, loggers)
            {
                Client = new KubernetesClient(configuration, time),
                Kubeconfig = host.KubeconfigPath,
                KubeconfigExport = host.KubeconfigPath,
                IsLocal = true,
                Reach = RunCluster.Direct,
                // Pods are processes of this machine, in its own network.
                HostAddress = IPAddress.Loopback,
                Description = $"local cluster {host.Url}; export KUBECONFIG={host.KubeconfigPath}",
            };
        }
        catch
        {
            await host.DisposeAsync();
            loggers.Dispose();
            throw;
        }
    }
}
