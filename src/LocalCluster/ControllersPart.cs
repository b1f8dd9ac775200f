using Kubernetes.Client;
using LocalCluster.Controllers;

namespace LocalCluster;

/// <summary>Deployments, StatefulSets, Services and the like come to life: the controllers of <see cref="ControllerManager"/>.</summary>
public sealed class ControllersPart : ILocalClusterPart
{
    /// <inheritdoc />
    public string Name => "controllers";

    /// <inheritdoc />
    public async Task<IAsyncDisposable> StartAsync(LocalClusterContext context, CancellationToken cancellationToken)
    {
        var client = ClientOf(context, "controllers");
        try
        {
            var manager = await ControllerManager.StartAsync(
                client,
                new Controllers.ControllerOptions { VolumeDirectory = Path.Join(context.DataDirectory, "volumes") },
                context.LoggerFactory,
                context.Clock,
                cancellationToken
            );
            return new Running(manager, client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    internal static KubernetesClient ClientOf(LocalClusterContext context, string user) =>
        new(
            KubernetesClientConfiguration.Load(context.KubeconfigPath) with
            {
                UserAgent = $"local-cluster-{user}",
            },
            context.Clock,
            context.LoggerFactory.CreateLogger<KubernetesClient>()
        );

    private sealed class Running(ControllerManager manager, KubernetesClient client) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await manager.DisposeAsync();
            client.Dispose();
        }
    }
}
