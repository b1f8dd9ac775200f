namespace LocalCluster.Controllers;

/// <summary>Controllers that can be run or left out.</summary>
[Flags]
public enum ControllerKinds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Deployments make ReplicaSets.</summary>
    Deployments = 1,

    /// <summary>ReplicaSets make Pods.</summary>
    ReplicaSets = 2,

    /// <summary>StatefulSets make Pods and PersistentVolumeClaims.</summary>
    StatefulSets = 4,

    /// <summary>Services get Endpoints and EndpointSlices.</summary>
    Endpoints = 8,

    /// <summary>Pods get a node.</summary>
    Scheduler = 16,

    /// <summary>PersistentVolumeClaims get a PersistentVolume.</summary>
    Volumes = 32,

    /// <summary>All of them.</summary>
    All = Deployments | ReplicaSets | StatefulSets | Endpoints | Scheduler | Volumes,
}

/// <summary>What a <see cref="ControllerManager"/> runs.</summary>
public sealed record ControllerOptions
{
    /// <summary>Which controllers; default all. Fewer beside those of a server that has its own.</summary>
    public ControllerKinds Enabled { get; init; } = ControllerKinds.All;

    /// <summary>
    /// The folder in which every PersistentVolume gets one of its own. Folders of deleted claims are removed; the rest
    /// is the caller's.
    /// </summary>
    public required string VolumeDirectory { get; init; }
}
