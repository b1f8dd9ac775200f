namespace LocalCluster;

/// <summary>
/// Something that makes a cluster out of an API server: controllers, a node. It talks to the server as anybody does, with
/// the credentials of the context.
/// </summary>
public interface ILocalClusterPart
{
    /// <summary>For messages, for example <c>controllers</c>.</summary>
    string Name { get; }

    /// <summary>Starts the part; what it returns stops it, and leaves nothing behind.</summary>
    Task<IAsyncDisposable> StartAsync(LocalClusterContext context, CancellationToken cancellationToken);
}

/// <summary>What a part needs to know of its cluster.</summary>
public sealed record LocalClusterContext
{
    /// <summary>The API server.</summary>
    public required Uri Url { get; init; }

    /// <summary>An administrator's kubeconfig.</summary>
    public required string KubeconfigPath { get; init; }

    /// <summary>A folder for the part's own files.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Cluster IPs of Services.</summary>
    public required string ServiceCidr { get; init; }

    /// <summary>Addresses for pods.</summary>
    public required string PodCidr { get; init; }

    /// <summary>Where a node registers its logs.</summary>
    public required PodLogSources PodLogs { get; init; }

    /// <summary>Where log lines go.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>The cluster's clock.</summary>
    public required TimeProvider Clock { get; init; }
}
