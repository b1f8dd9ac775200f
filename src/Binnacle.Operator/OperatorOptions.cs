using System.Net;
using Kubernetes.Runtime.Leases;

namespace Binnacle.Operator;

/// <summary>How the operator reaches the web interfaces of the components.</summary>
public enum Reach
{
    /// <summary>By pod address: in the cluster, on its node, in LocalCluster.</summary>
    Direct,

    /// <summary>Through the API server's pod proxy: from outside.</summary>
    ApiProxy,
}

/// <summary>What the operator is started with.</summary>
public sealed record OperatorOptions
{
    /// <summary>Kubeconfig file; null: KUBECONFIG, ~/.kube/config, or the pod's service account, in this order.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Default: by pod address.</summary>
    public Reach Reach { get; init; }

    /// <summary>Where /livez and /readyz are served; port 0 takes a free one. Default 0.0.0.0:8081.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, 8081);

    /// <summary>The Lease that several operators of a cluster contend for; null (default): this is the only one.</summary>
    public LeaderElectionOptions? LeaderElection { get; init; }
}
