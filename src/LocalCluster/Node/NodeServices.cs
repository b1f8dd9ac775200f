using Kubernetes.Client;
using LocalCluster.Events;
using LocalCluster.Node.Logs;
using LocalCluster.Node.Network;
using LocalCluster.Node.Pods;
using LocalCluster.Node.Probes;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Programs;
using LocalCluster.Node.Volumes;

namespace LocalCluster.Node;

/// <summary>What all pods of a node share.</summary>
internal sealed record NodeServices
{
    public required NodeOptions Options { get; init; }
    public required IKubernetesClient Client { get; init; }
    public required TimeProvider Time { get; init; }
    public required ILoggerFactory LoggerFactory { get; init; }
    public required ProgramTable Programs { get; init; }
    public required ProgramLocator Locator { get; init; }
    public required ProcessLauncher Launcher { get; init; }

    /// <summary>Null: programs run without a mount namespace.</summary>
    public required Sandbox? Sandbox { get; init; }

    /// <summary>Path of setpriv; null when the machine lacks it.</summary>
    public required string? Setpriv { get; init; }
    public required PodAddresses Addresses { get; init; }
    public required HostsFiles Hosts { get; init; }
    public required ServiceAccountTokens Tokens { get; init; }
    public required VolumeContents Contents { get; init; }
    public required EnvironmentBuilder Environment { get; init; }
    public required ProbeExecutor Probes { get; init; }
    public required LogStore Logs { get; init; }
    public required EventTeller Events { get; init; }

    /// <summary>Folder of the pods' own folders.</summary>
    public string PodDirectory => Path.Join(Path.GetFullPath(Options.WorkDirectory), "pods");

    /// <summary>Folder of the claims' data.</summary>
    public string ClaimDirectory =>
        Path.GetFullPath(Options.VolumeDirectory ?? Path.Join(Options.WorkDirectory, "volumes"));
}
