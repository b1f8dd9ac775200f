using Kubernetes.Client;

namespace LocalCluster.Parts;

/// <summary>Stops a part, then closes its connection.</summary>
internal sealed class RunningPart(IAsyncDisposable part, KubernetesClient client, Action? onStop = null)
    : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        onStop?.Invoke();
        await part.DisposeAsync();
        client.Dispose();
    }
}

/// <summary>Connects parts to their cluster.</summary>
internal static class PartClient
{
    public static KubernetesClient Connect(LocalClusterContext context, string agent) =>
        new(
            KubernetesClientConfiguration.Load(context.KubeconfigPath) with
            {
                UserAgent = agent,
            },
            context.Clock,
            context.LoggerFactory.CreateLogger<KubernetesClient>()
        );
}
