using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Components;

/// <summary>Finds the replicas of a component among the pods of its stack.</summary>
internal static class ReplicaFinder
{
    /// <summary>The pods of a component that are not on their way out, ready or not, by name.</summary>
    public static IReadOnlyList<Pod> PodsOf(ComponentPlan plan, string stack, IEnumerable<Pod> pods) =>
        PodsOf(new ObjectKey(plan.Workload.Namespace, stack), plan.Name, pods);

    /// <summary>As the other overload, for a component by its name.</summary>
    public static IReadOnlyList<Pod> PodsOf(ObjectKey stack, string component, IEnumerable<Pod> pods) =>
        [
            .. pods.Where(pod =>
                    pod.Metadata.Namespace == stack.Namespace
                    && pod.Metadata.DeletionTimestamp is null
                    && Label(pod, "app.kubernetes.io/name") == component
                    && Label(pod, "app.kubernetes.io/instance") == stack.Name
                )
                .OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal),
        ];

    /// <summary>Those of the pods that answer: they have an address and are ready.</summary>
    public static IReadOnlyList<Replica> ReadyReplicas(ComponentPlan plan, IEnumerable<Pod> pods) =>
        [
            .. pods.Where(IsReady)
                .Select(pod => new Replica(pod.Key, pod.Metadata.Uid ?? "", pod.Status!.PodIP!, plan.PortNumber)),
        ];

    /// <summary>The pod has an address and its Ready condition is True.</summary>
    public static bool IsReady(Pod pod) =>
        !string.IsNullOrEmpty(pod.Status?.PodIP)
        && (pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) ?? false);

    private static string? Label(Pod pod, string name) => pod.Metadata.Labels?.GetValueOrDefault(name);
}
