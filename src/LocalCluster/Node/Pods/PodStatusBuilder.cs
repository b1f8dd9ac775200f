using Kubernetes.Models;

namespace LocalCluster.Node.Pods;

/// <summary>What is known of a running pod, as its status is made from it.</summary>
internal sealed record PodObservation
{
    public required PodPlacement Placement { get; init; }
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>One for each init container, in the spec's order.</summary>
    public required IReadOnlyList<ContainerStatus> InitContainers { get; init; }

    /// <summary>One for each container, in the spec's order.</summary>
    public required IReadOnlyList<ContainerStatus> Containers { get; init; }
}

/// <summary>Makes a pod's status the way a kubelet does. Source: kubernetes pkg/kubelet/kubelet_pods.go, status/generate.go.</summary>
internal static class PodStatusBuilder
{
    /// <summary>The status now; times of conditions that did not change are taken from <paramref name="previous"/>.</summary>
    public static PodStatus Build(Pod pod, PodObservation observed, PodStatus? previous, DateTimeOffset now)
    {
        var policy = pod.Spec?.RestartPolicy ?? "Always";
        var phase = Phase(policy, observed);
        var isOver = phase is "Succeeded" or "Failed";
        var initialized = Initialized(observed);
        var containers = ContainersReady(observed, isOver, phase);
        PodCondition[] own =
        [
            initialized,
            containers with
            {
                Type = "Ready",
            },
            containers,
            new PodCondition { Type = "PodScheduled", Status = "True" },
        ];
        // Conditions of others, such as readiness gates, stay.
        var foreign = (previous?.Conditions ?? []).Where(p => !own.Any(o => o.Type == p.Type));
        return new PodStatus
        {
            Phase = phase,
            Conditions = [.. own.Select(c => Stamp(c, previous, now)), .. foreign],
            HostIP = observed.Placement.HostIP,
            PodIP = observed.Placement.PodIP,
            PodIPs = [new PodIP { Ip = observed.Placement.PodIP }],
            StartTime = observed.StartTime,
            InitContainerStatuses = observed.InitContainers.Count == 0 ? null : observed.InitContainers,
            ContainerStatuses = observed.Containers,
        };
    }

    internal static string Phase(string restartPolicy, PodObservation observed)
    {
        foreach (var init in observed.InitContainers)
        {
            if (init.State?.Terminated is { ExitCode: 0 })
            {
                continue;
            }

            return init.State?.Terminated is not null && restartPolicy == "Never" ? "Failed" : "Pending";
        }

        int waiting = 0,
            running = 0,
            stopped = 0,
            succeeded = 0;
        foreach (var container in observed.Containers)
        {
            switch (container.State)
            {
                case { Running: not null }:
                    running++;
                    break;
                case { Terminated: { } terminated }:
                    stopped++;
                    succeeded += terminated.ExitCode == 0 ? 1 : 0;
                    break;
                default:
                    // One that waits for a restart has run already.
                    if (container.LastState?.Terminated is null)
                    {
                        waiting++;
                    }
                    else
                    {
                        stopped++;
                    }

                    break;
            }
        }

        return waiting > 0 ? "Pending"
            : running > 0 ? "Running"
            : restartPolicy == "Always" ? "Running"
            : succeeded == stopped ? "Succeeded"
            : restartPolicy == "Never" ? "Failed"
            : "Running";
    }

    private static PodCondition Initialized(PodObservation observed)
    {
        var incomplete = observed.InitContainers.Where(c => c.State?.Terminated is not { ExitCode: 0 }).ToList();
        return incomplete.Count == 0
            ? new PodCondition { Type = "Initialized", Status = "True" }
            : new PodCondition
            {
                Type = "Initialized",
                Status = "False",
                Reason = "ContainersNotInitialized",
                Message = $"containers with incomplete status: [{string.Join(' ', incomplete.Select(c => c.Name))}]",
            };
    }

    private static PodCondition ContainersReady(PodObservation observed, bool isOver, string phase)
    {
        var condition = new PodCondition { Type = "ContainersReady", Status = "True" };
        if (isOver)
        {
            return condition with { Status = "False", Reason = phase == "Succeeded" ? "PodCompleted" : "PodFailed" };
        }

        var unready = observed.Containers.Where(c => c.Ready != true).Select(c => c.Name).ToList();
        return unready.Count == 0
            ? condition
            : condition with
            {
                Status = "False",
                Reason = "ContainersNotReady",
                Message = $"containers with unready status: [{string.Join(' ', unready)}]",
            };
    }

    private static PodCondition Stamp(PodCondition condition, PodStatus? previous, DateTimeOffset now)
    {
        var before = previous?.Conditions?.FirstOrDefault(c => c.Type == condition.Type);
        return condition with
        {
            LastTransitionTime = before?.Status == condition.Status ? before.LastTransitionTime ?? now : now,
        };
    }
}
