using LocalCluster.Node.Programs;

namespace LocalCluster.Node;

/// <summary>Whether programs see their mount paths for real.</summary>
public enum SandboxMode
{
    /// <summary>A private mount namespace where the machine allows one, else rewritten paths.</summary>
    Auto,

    /// <summary>A private mount namespace, or the node does not start.</summary>
    Required,

    /// <summary>Never a namespace: paths in arguments and host names in ConfigMaps are rewritten.</summary>
    Off,
}

/// <summary>How a node behaves. Only the work directory must be given.</summary>
public sealed record NodeOptions
{
    /// <summary>Name of the Node object, and <c>spec.nodeName</c> of the pods that it runs.</summary>
    public string Name { get; init; } = "local";

    /// <summary>
    /// A folder of the node's own: volumes, logs and process ids. Emptied when the node starts and removed when it stops,
    /// but for <see cref="VolumeDirectory"/>. Two nodes must not share one.
    /// </summary>
    public required string WorkDirectory { get; init; }

    /// <summary>
    /// Where the data of PersistentVolumeClaims lies; default: <c>volumes</c> in the work directory, which goes when the
    /// node stops. A folder elsewhere is kept.
    /// </summary>
    public string? VolumeDirectory { get; init; }

    /// <summary>Folders that are searched for programs before PATH; default <c>.tools/bin</c>.</summary>
    public IReadOnlyList<string> ProgramDirectories { get; init; } = [".tools/bin"];

    /// <summary>Images that the node knows besides the built-in ones; an entry here wins over a built-in one.</summary>
    public IReadOnlyList<ProgramEntry> Programs { get; init; } = [];

    /// <summary>
    /// Addresses for pods; default <c>127.97.0.0/16</c>. Nodes that run at once need different ones. Loopback addresses need
    /// no preparation, but a Kubernetes API server accepts none in Endpoints: for one, root can make another range
    /// local to this machine (<c>ip route add local 10.97.0.0/16 dev lo</c>) and give it here.
    /// </summary>
    public string PodCidr { get; init; } = "127.97.0.0/16";

    /// <summary>
    /// Loopback addresses that stand in for cluster IPs that are not of this machine, which no process can listen on;
    /// default <c>127.98.0.0/16</c>.
    /// </summary>
    public string ServiceCidr { get; init; } = "127.98.0.0/16";

    /// <summary>
    /// The API server as pods are to reach it (<c>KUBERNETES_SERVICE_HOST</c> and <c>_PORT</c>); null: pods are not told.
    /// </summary>
    public Uri? ApiServer { get; init; }

    /// <summary>Whether programs run in a private mount namespace.</summary>
    public SandboxMode Sandbox { get; init; } = SandboxMode.Auto;

    /// <summary>Let pods resolve names outside of the cluster with the machine's own name servers; default: they cannot.</summary>
    public bool UseHostNameServers { get; init; }

    /// <summary>How often volumes are compared with their sources; default 60 s, as the kubelet does.</summary>
    public TimeSpan VolumeSyncPeriod { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>First wait before a container that failed again is restarted; doubles up to <see cref="MaxRestartBackOff"/>.</summary>
    public TimeSpan RestartBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait before a restart; default 5 minutes.</summary>
    public TimeSpan MaxRestartBackOff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long programs may take to end when the node stops, before they are killed; default 5 s.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How often the Ready condition's heartbeat is renewed on API servers that watch it (those with a namespace
    /// <c>kube-node-lease</c>); default 20 s. Others get none.
    /// </summary>
    public TimeSpan HeartbeatPeriod { get; init; } = TimeSpan.FromSeconds(20);
}
