using Chaos.Clusters;
using Chaos.Gates;
using Chaos.Running;
using Chaos.States;
using Kubernetes.Client;

namespace Chaos.Drills;

/// <summary>Something that breaks, and is mended again.</summary>
internal interface IDrill
{
    /// <summary>By which it is picked.</summary>
    string Name { get; }

    /// <summary>Breaks and mends; returns what was done. Meanwhile resources change all the time.</summary>
    Task<string> RunAsync(DrillContext context, CancellationToken cancellation);
}

/// <summary>What a drill can get at.</summary>
internal sealed record DrillContext
{
    /// <summary>How hard.</summary>
    public required ChaosOptions Options { get; init; }

    /// <summary>Decides what is random.</summary>
    public required Random Random { get; init; }

    /// <summary>The cluster.</summary>
    public required IChaosCluster Cluster { get; init; }

    /// <summary>An administrator's.</summary>
    public required IKubernetesClient Client { get; init; }

    /// <summary>Between operator and API server.</summary>
    public required ApiServerGate Gate { get; init; }

    /// <summary>The operator.</summary>
    public required OperatorRun Operator { get; init; }

    /// <summary>The operator's rights.</summary>
    public required Installation Installation { get; init; }

    /// <summary>What teams want.</summary>
    public required Workload Workload { get; init; }
}
