using Kubernetes.Models;
using LocalCluster.Node.Volumes;

namespace LocalCluster.Node.Pods;

/// <summary>What the containers of one pod share.</summary>
internal sealed class PodContext(Pod pod, PodPlacement placement, string directory, PodVolumes volumes, PodStop stop)
{
    private volatile Pod current = pod;

    /// <summary>The pod as the API server last told it.</summary>
    public Pod Pod
    {
        get => current;
        set => current = value;
    }

    public PodPlacement Placement => placement;

    /// <summary>The pod's folder on this machine.</summary>
    public string Directory => directory;

    public PodVolumes Volumes => volumes;

    public PodStop Stop => stop;

    /// <summary>Name as messages give it: <c>name_namespace(uid)</c>.</summary>
    public string FullName => $"{current.Metadata.Name}_{current.Metadata.Namespace}({current.Metadata.Uid})";
}
