using System.Net;

namespace Binnacle.Quickstart;

/// <summary>What the command line asks for.</summary>
internal sealed record QuickstartOptions
{
    /// <summary>Prove that an alert fires and resolves, then end; else run until told to stop.</summary>
    public bool Once { get; init; }

    /// <summary>The cluster to use; null: that of <c>KUBECONFIG</c>, else a LocalCluster.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>Leave what was applied to a given cluster in it.</summary>
    public bool Keep { get; init; }

    /// <summary>Where a given cluster's pods reach this machine; null: the address of the route to its first node.</summary>
    public IPAddress? HostAddress { get; init; }

    /// <summary>How the operator reaches pods, <c>Direct</c> or <c>ApiProxy</c>; null: whichever fits the cluster.</summary>
    public string? Reach { get; init; }
}
