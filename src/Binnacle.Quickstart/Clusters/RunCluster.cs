using System.Net;
using Kubernetes.Client;

namespace Binnacle.Quickstart.Clusters;

/// <summary>The cluster that a run uses. Disposing it stops a LocalCluster and leaves any other as it is.</summary>
internal sealed class RunCluster(IAsyncDisposable? host = null, IDisposable? logs = null) : IAsyncDisposable
{
    /// <summary>Pods are reached by their addresses.</summary>
    public const string Direct = "Direct";

    /// <summary>Pods are reached through the API server.</summary>
    public const string ApiProxy = "ApiProxy";

    /// <summary>How a process outside of the cluster reaches its pods.</summary>
    public required string Reach { get; init; }

    public required KubernetesClient Client { get; init; }

    /// <summary>The file to name to others; null: they find it by the same <c>KUBECONFIG</c>.</summary>
    public required string? Kubeconfig { get; init; }

    /// <summary>What people would export to use the cluster.</summary>
    public required string KubeconfigExport { get; init; }

    /// <summary>Started by us: nobody else has anything in it, its pods are processes of this machine.</summary>
    public required bool IsLocal { get; init; }

    /// <summary>Where pods of the cluster reach this machine.</summary>
    public required IPAddress HostAddress { get; init; }

    /// <summary>In words, for people.</summary>
    public required string Description { get; init; }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (host is not null)
        {
            await host.DisposeAsync();
        }

        logs?.Dispose();
    }
}
