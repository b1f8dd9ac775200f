using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;
using NodeObject = Kubernetes.Models.Node;

namespace LocalCluster.Node;

/// <summary>Keeps the Node object: there, Ready, and no more alive than the server's own controllers ask for.</summary>
internal sealed class NodeRegistration(IKubernetesClient client, NodeOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);
    private DateTimeOffset? readySince;

    /// <summary>Runs until cancelled; failures are logged and tried again.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var wait = Retry;
                try
                {
                    await WriteAsync(ready: true, cancellationToken);
                    wait = await IsWatchedAsync(cancellationToken) ? options.HeartbeatPeriod : Timeout.InfiniteTimeSpan;
                }
                catch (KubernetesApiException exception)
                {
                    logger.LogWarning(
                        "Node {Node} not registered, trying again: {Message}",
                        options.Name,
                        exception.Message
                    );
                }

                await Task.Delay(wait, time, cancellationToken);
            }
        }
        catch (OperationCanceledException) { }
    }

    /// <summary>Says that the node is no longer there to run pods.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            readySince = null;
            await WriteAsync(ready: false, cancellationToken);
        }
        catch (Exception exception) when (exception is KubernetesApiException or OperationCanceledException)
        {
            logger.LogDebug("Node {Node} not marked as stopped: {Message}", options.Name, exception.Message);
        }
    }

    /// <summary>Servers whose controllers judge nodes by heartbeats make this namespace for them.</summary>
    private async Task<bool> IsWatchedAsync(CancellationToken cancellationToken) =>
        await client.FindAsync<Namespace>(new ObjectKey("", "kube-node-lease"), cancellationToken) is not null;

    private async Task WriteAsync(bool ready, CancellationToken cancellationToken)
    {
        var key = new ObjectKey("", options.Name);
        if (await client.FindAsync<NodeObject>(key, cancellationToken) is null)
        {
            try
            {
                await client.CreateAsync(NewNode(), new WriteOptions(), cancellationToken);
            }
            catch (KubernetesApiException exception) when (exception.Kind == KubernetesErrorKind.AlreadyExists) { }
        }

        var status = JsonSerializer.SerializeToNode(Status(ready), KubernetesJsonContext.Default.NodeStatus);
        var patch = new JsonObject { ["status"] = status };
        await client.PatchAsync<NodeObject>(
            key,
            Patch.Strategic(System.Text.Encoding.UTF8.GetBytes(patch.ToJsonString())),
            new WriteOptions { Subresource = "status" },
            cancellationToken
        );
    }

    private NodeObject NewNode() =>
        new()
        {
            Metadata = new ObjectMeta
            {
                Name = options.Name,
                Labels = new Dictionary<string, string>
                {
                    ["kubernetes.io/hostname"] = options.Name,
                    ["kubernetes.io/os"] = "linux",
                    ["kubernetes.io/arch"] = Architecture(),
                },
            },
            Spec = new NodeSpec { PodCIDR = options.PodCidr },
        };

    private NodeStatus Status(bool ready)
    {
        var now = time.GetUtcNow();
        readySince ??= now;
        NodeCondition Condition(string type, string status, string reason, string message) =>
            new()
            {
                Type = type,
                Status = status,
                Reason = reason,
                Message = message,
                LastHeartbeatTime = now,
                LastTransitionTime = readySince,
            };
        var capacity = new Dictionary<string, string>
        {
            ["cpu"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
            ["memory"] =
                (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024).ToString(CultureInfo.InvariantCulture) + "Ki",
            ["pods"] = "250",
        };
        return new NodeStatus
        {
            Capacity = capacity,
            Allocatable = capacity,
            Addresses =
            [
                new NodeAddress { Type = "InternalIP", Address = "127.0.0.1" },
                new NodeAddress { Type = "Hostname", Address = options.Name },
            ],
            Conditions =
            [
                Condition(
                    "MemoryPressure",
                    "False",
                    "KubeletHasSufficientMemory",
                    "kubelet has sufficient memory available"
                ),
                Condition("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                Condition("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
                ready
                    ? Condition("Ready", "True", "KubeletReady", "pods run as processes of this machine")
                    : Condition("Ready", "False", "NodeStopped", "the node has been stopped"),
            ],
            NodeInfo = new NodeSystemInfo
            {
                OperatingSystem = "linux",
                Architecture = Architecture(),
                OsImage = RuntimeInformation.OSDescription,
                KernelVersion = Environment.OSVersion.Version.ToString(),
                ContainerRuntimeVersion = "process://1",
                KubeletVersion = "v1.36.0-local",
                KubeProxyVersion = "",
                MachineID = "",
                SystemUUID = "",
                BootID = "",
            },
        };
    }

    private static string Architecture() =>
        RuntimeInformation.OSArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => "amd64",
            var other => other.ToString().ToLowerInvariant(),
        };
}
