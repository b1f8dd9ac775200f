using Kubernetes.Client;
using LocalCluster;
using LocalCluster.Controllers;
using LocalCluster.Node;
using Microsoft.Extensions.Logging;

namespace Binnacle.Quickstart.Clusters;

/// <summary>The controllers that make pods of workloads and endpoints of Services.</summary>
internal sealed class ControllersPart(string volumes) : ILocalClusterPart
{
    public string Name => "controllers";

    public async Task<IAsyncDisposable> StartAsync(LocalClusterContext context, CancellationToken cancellationToken)
    {
        var client = PartClient.Connect(context);
        try
        {
            var options = new ControllerOptions { VolumeDirectory = volumes };
            return new RunningPart(
                client,
                await ControllerManager.StartAsync(
                    client,
                    options,
                    context.LoggerFactory,
                    context.Clock,
                    cancellationToken
                )
            );
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}

/// <summary>The node that runs pods as processes.</summary>
internal sealed class NodePart(string work, string tools) : ILocalClusterPart
{
    public string Name => "node";

    public async Task<IAsyncDisposable> StartAsync(LocalClusterContext context, CancellationToken cancellationToken)
    {
        var client = PartClient.Connect(context);
        var options = new NodeOptions
        {
            WorkDirectory = work,
            ProgramDirectories = [tools],
            PodCidr = context.PodCidr,
            ServiceCidr = context.ServiceCidr,
            ApiServer = context.Url,
        };
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
            return new RunningPart(client, node);
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}

internal static class PartClient
{
    public static KubernetesClient Connect(LocalClusterContext context) =>
        new(
            KubernetesClientConfiguration.Load(context.KubeconfigPath),
            context.Clock,
            context.LoggerFactory.CreateLogger<KubernetesClient>()
        );
}

/// <summary>A part and the client that only it uses.</summary>
internal sealed class RunningPart(KubernetesClient client, IAsyncDisposable part) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await part.DisposeAsync();
        client.Dispose();
    }
}
