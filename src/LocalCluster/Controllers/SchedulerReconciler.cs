using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Events;
using LocalCluster.Events;
using NodeObject = Kubernetes.Models.Node;

namespace LocalCluster.Controllers;

/// <summary>
/// Gives a pod the ready node with the fewest pods among those that its nodeSelector allows. Resources, affinity and
/// taints are not looked at: all nodes are this machine.
/// </summary>
internal sealed class SchedulerReconciler(
    IKubernetesClient client,
    Store<Pod> pods,
    Store<NodeObject> nodes,
    EventTeller events,
    TimeProvider time
) : IReconciler<ObjectKey>
{
    private const string Name = "default-scheduler";
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>A claim is bound within moments of its creation.</summary>
    private static readonly TimeSpan BindingRetry = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether a pod waits for this scheduler.</summary>
    public static bool IsWaiting(Pod pod) =>
        string.IsNullOrEmpty(pod.Spec?.NodeName)
        && pod.Metadata.DeletionTimestamp is null
        && pod.Spec?.SchedulerName is null or "" or Name;

    public async ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken)
    {
        var pod = await client.FindAsync<Pod>(key, cancellationToken);
        if (pod is null || !IsWaiting(pod))
        {
            return ReconcileResult.Done;
        }

        if (await UnboundClaimAsync(pod, cancellationToken) is { } claim)
        {
            return await WaitForClaimAsync(pod, claim, cancellationToken);
        }

        var all = nodes.List();
        var node = all.Where(n => IsUsable(n) && IsSelected(pod, n))
            .MinBy(n => pods.List().Count(p => p.Spec?.NodeName == n.Metadata.Name));
        if (node is null)
        {
            var reason =
                $"0/{all.Count} nodes are available: none is ready and has the labels of the pod's nodeSelector.";
            await TellUnschedulableAsync(pod, reason, cancellationToken);
            return ReconcileResult.RequeueAfter(Retry);
        }

        var binding = new Binding
        {
            Metadata = new ObjectMeta
            {
                Name = key.Name,
                Namespace = key.Namespace,
                Uid = pod.Metadata.Uid,
            },
            Target = new ObjectReference
            {
                ApiVersion = "v1",
                Kind = "Node",
                Name = node.Metadata.Name,
            },
        };
        await client.CreateSubresourceAsync<Pod, Binding>(key, "binding", binding, cancellationToken);
        var note = $"Successfully assigned {key} to {node.Metadata.Name}";
        events.Tell(pod, EventType.Normal, "Scheduled", "Binding", note);
        return ReconcileResult.Done;
    }

    private static bool IsUsable(NodeObject node) =>
        node.Spec?.Unschedulable != true
        && node.Status?.Conditions?.Any(c => c is { Type: "Ready", Status: "True" }) == true;

    private static bool IsSelected(Pod pod, NodeObject node) =>
        new LabelSelector { MatchLabels = pod.Spec?.NodeSelector }.Matches(node.Metadata.Labels);

    /// <summary>The first claim of the pod that has no volume yet; null when all have one.</summary>
    private async Task<(string Name, bool Exists)?> UnboundClaimAsync(Pod pod, CancellationToken cancellationToken)
    {
        foreach (
            var source in (pod.Spec?.Volumes ?? [])
                .Select(v => v.PersistentVolumeClaim)
                .OfType<PersistentVolumeClaimVolumeSource>()
        )
        {
            var key = new ObjectKey(pod.Metadata.Namespace ?? "", source.ClaimName);
            var claim = await client.FindAsync<PersistentVolumeClaim>(key, cancellationToken);
            if (claim?.Status?.Phase != "Bound")
            {
                return (source.ClaimName, claim is not null);
            }
        }

        return null;
    }

    private async Task<ReconcileResult> WaitForClaimAsync(
        Pod pod,
        (string Name, bool Exists) claim,
        CancellationToken cancellationToken
    )
    {
        if (claim.Exists)
        {
            return ReconcileResult.RequeueAfter(BindingRetry);
        }

        await TellUnschedulableAsync(pod, $"persistentvolumeclaim \"{claim.Name}\" not found", cancellationToken);
        return ReconcileResult.RequeueAfter(Retry);
    }

    private async Task TellUnschedulableAsync(Pod pod, string message, CancellationToken cancellationToken)
    {
        events.Tell(pod, EventType.Warning, "FailedScheduling", "Scheduling", message);
        if (pod.Status?.Conditions?.Any(c => c.Type == "PodScheduled" && c.Message == message) == true)
        {
            return;
        }

        var condition = new PodCondition
        {
            Type = "PodScheduled",
            Status = "False",
            Reason = "Unschedulable",
            Message = message,
            LastTransitionTime = time.GetUtcNow(),
        };
        var patch = new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["conditions"] = new JsonArray(
                    JsonSerializer.SerializeToNode(condition, KubernetesJsonContext.Default.PodCondition)
                ),
            },
        };
        await client.PatchAsync<Pod>(
            pod.Key,
            Patch.Strategic(Encoding.UTF8.GetBytes(patch.ToJsonString())),
            new WriteOptions { Subresource = "status" },
            cancellationToken
        );
    }
}
