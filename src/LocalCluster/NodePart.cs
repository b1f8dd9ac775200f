using Kubernetes.Client;
using LocalCluster.Node;

namespace LocalCluster;

/// <summary>A node that runs the cluster's pods as processes of this machine.</summary>
/// <param name="programDirectories">Folders that are searched for programs before PATH; default <c>.tools/bin</c>.</param>
/// <param name="adjust">Last say over the node's options; null: none.</param>
public sealed class NodePart(
    IReadOnlyList<string>? programDirectories = null,
    Func<NodeOptions, NodeOptions>? adjust = null
) : ILocalClusterPart
{
    /// <inheritdoc />
    public string Name => "node";

    /// <inheritdoc />
    public async Task<IAsyncDisposable> StartAsync(LocalClusterContext context, CancellationToken cancellationToken)
    {
        var client = ControllersPart.ClientOf(context, "node");
        try
        {
            var options = new NodeOptions
            {
                WorkDirectory = Path.Join(context.DataDirectory, "node"),
                // Where the volume controller makes them: data of claims outlives pods and a restart of the node.
                VolumeDirectory = Path.Join(context.DataDirectory, "volumes"),
                PodCidr = context.PodCidr,
                ServiceCidr = context.ServiceCidr,
                ApiServer = context.Url,
            };
            if (programDirectories is not null)
            {
                options = options with { ProgramDirectories = programDirectories };
            }

            options = adjust?.Invoke(options) ?? options;
            var node = await NodeHost.StartAsync(
                client,
                options,
                context.LoggerFactory,
                context.Clock,
                cancellationToken
            );
            context.PodLogs.Register(options.Name, node);
            return new Running(node, client, () => context.PodLogs.Unregister(options.Name));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private sealed class Running(NodeHost node, KubernetesClient client, Action unregister) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            unregister();
            await node.DisposeAsync();
            client.Dispose();
        }
    }
}
