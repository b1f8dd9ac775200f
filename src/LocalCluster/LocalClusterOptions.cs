namespace LocalCluster;

/// <summary>How a local cluster is to be. The defaults give an API server in memory, beside any other on the machine.</summary>
public sealed record LocalClusterOptions
{
    /// <summary>
    /// A folder that keeps the cluster: its objects, its keys, port and ranges, the kubeconfig and what the parts have;
    /// made when it is not there, left when the cluster stops. A cluster that is started in it again goes on where the
    /// last one was, however that one ended. Null: everything is in memory, with a temporary folder that goes with the
    /// cluster.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where to write the kubeconfig; null: <c>kubeconfig</c> in the data directory.</summary>
    public string? KubeconfigPath { get; init; }

    /// <summary>Port of the API server on 127.0.0.1; 0: the one it had in its data directory before, else a free one.</summary>
    public int Port { get; init; }

    /// <summary>Cluster IPs of Services, IPv4, for example <c>127.98.0.0/16</c>; null: those of its data directory, else a free loopback range.</summary>
    public string? ServiceCidr { get; init; }

    /// <summary>Addresses of pods, IPv4, for example <c>127.97.0.0/16</c>; null: those of its data directory, else a free loopback range.</summary>
    public string? PodCidr { get; init; }

    /// <summary>
    /// What runs beside the API server, in the order of starting; stopped in the opposite order. Default: nothing; see
    /// <see cref="ControllersPart"/> and <see cref="NodePart"/>.
    /// </summary>
    public IReadOnlyList<ILocalClusterPart> Parts { get; init; } = [];

    /// <summary>Where log lines go; null: nowhere.</summary>
    public Microsoft.Extensions.Logging.ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>The clock; tests may bring their own.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
