using LocalCluster.Node;

namespace LocalCluster.Parts;

/// <summary>A node that runs pods as processes of this machine.</summary>
/// <param name="configure">Changes the node's options before it starts; null: as the cluster sets them.</param>
public sealed class NodePart(Func<NodeOptions, NodeOptions>? configure = null) : ILocalClusterPart
{
    /// <inheritdoc />
    public string Name => "node";

    /// <inheritdoc />
    public async Task<IAsyncDisposable> StartAsync(LocalClusterContext context, CancellationToken cancellationToken)
    {
        var options = new NodeOptions
        {
            WorkDirectory = Path.Join(context.DataDirectory, "node"),
            PodCidr = context.PodCidr,
            ServiceCidr = context.ServiceCidr,
            ApiServer = context.Url,
        };
        options = configure?.Invoke(options) ?? options;
        var client = PartClient.Connect(context, "local-cluster-node");
        try
        {
            var node = await NodeHost.StartAsync(
                client,
                options,
                context.LoggerFactory,
                context.Clock,
                cancellationToken
            );
            context.PodLogs.Register(options.Name, node);
            return new RunningPart(node, client, () => context.PodLogs.Unregister(options.Name));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
