using Kubernetes.Client;
using LocalCluster.Controllers;

namespace LocalCluster.Parts;

/// <summary>The controllers and the scheduler.</summary>
public sealed class ControllersPart : ILocalClusterPart
{
    /// <summary>Which controllers; default all.</summary>
    public ControllerKinds Enabled { get; init; } = ControllerKinds.All;

    /// <inheritdoc />
    public string Name => "controllers";

    /// <inheritdoc />
    public async Task<IAsyncDisposable> StartAsync(LocalClusterContext context, CancellationToken cancellationToken)
    {
        var options = new ControllerOptions
        {
            Enabled = Enabled,
            VolumeDirectory = Path.Join(context.DataDirectory, "volumes"),
        };
        var client = PartClient.Connect(context, "local-cluster-controllers");
        try
        {
            var manager = await ControllerManager.StartAsync(
                client,
                options,
                context.LoggerFactory,
                context.Clock,
                cancellationToken
            );
            return new RunningPart(manager, client);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
