using Binnacle.Api;
using Binnacle.Operator.Components;
using Binnacle.Operator.Observing;
using Binnacle.Rendering;
using Binnacle.Rendering.Common;
using Kubernetes.Models;

namespace Binnacle.Operator.Reporting;

/// <summary>Reads from the caches how a component's workload is doing.</summary>
internal static class WorkloadReader
{
    /// <summary>Ready replicas of the newest template, and what keeps the others.</summary>
    public static WorkloadFacts Read(World world, string stack, ComponentPlan plan)
    {
        var pods = world.PodsOf(plan, stack);
        var problem = pods.Select(Problem).FirstOrDefault(text => text.Length > 0) ?? "";
        return plan.WorkloadKind == "StatefulSet"
            ? OfStatefulSet(world.Owned.StatefulSets.Find(plan.Workload), problem)
            : OfDeployment(world.Owned.Deployments.Find(plan.Workload), problem);
    }

    /// <summary>
    /// As <see cref="Read"/>, for the components that a status names: where nothing was rendered since the start, the
    /// labels say which workloads those are.
    /// </summary>
    public static Dictionary<string, WorkloadFacts> ReadKnown(
        World world,
        ObjectKey stack,
        IReadOnlyList<ComponentStatus> components
    )
    {
        var pods = world.Pods.List();
        return components.ToDictionary(
            component => component.Name,
            component =>
            {
                var problem =
                    ReplicaFinder
                        .PodsOf(stack, component.Name, pods)
                        .Select(Problem)
                        .FirstOrDefault(text => text.Length > 0)
                    ?? "";
                return component.Kind == "StatefulSet"
                    ? OfStatefulSet(world.Owned.StatefulSets.List().FirstOrDefault(IsOf), problem)
                    : OfDeployment(world.Owned.Deployments.List().FirstOrDefault(IsOf), problem);

                bool IsOf(KubernetesObject workload) =>
                    workload.Metadata.Namespace == stack.Namespace
                    && workload.Metadata.Labels is { } labels
                    && labels.GetValueOrDefault(ObjectNames.StackLabel) == stack.Name
                    && labels.GetValueOrDefault("app.kubernetes.io/name") == component.Name;
            },
            StringComparer.Ordinal
        );
    }

    private static WorkloadFacts OfStatefulSet(StatefulSet? set, string problem)
    {
        if (set is null)
        {
            return new WorkloadFacts(0, "the StatefulSet is not created yet");
        }

        var isCurrent = set.Status?.ObservedGeneration == set.Metadata.Generation;
        var isRolledOut = isCurrent && (set.Status?.UpdatedReplicas ?? 0) >= (set.Spec?.Replicas ?? 1);
        return new WorkloadFacts(
            isRolledOut
                ? set.Status?.ReadyReplicas ?? 0
                : Math.Min(set.Status?.ReadyReplicas ?? 0, set.Status?.UpdatedReplicas ?? 0),
            problem
        );
    }

    private static WorkloadFacts OfDeployment(Deployment? deployment, string problem)
    {
        if (deployment is null)
        {
            return new WorkloadFacts(0, "the Deployment is not created yet");
        }

        var isCurrent = deployment.Status?.ObservedGeneration == deployment.Metadata.Generation;
        return new WorkloadFacts(
            isCurrent ? Math.Min(deployment.Status?.ReadyReplicas ?? 0, deployment.Status?.UpdatedReplicas ?? 0) : 0,
            problem
        );
    }

    /// <summary>Only what will not pass by itself: a pod that is just starting has no problem.</summary>
    private static string Problem(Pod pod)
    {
        foreach (var container in pod.Status?.ContainerStatuses ?? [])
        {
            if (
                container.State?.Waiting is { Reason: { } reason } waiting
                && reason is not ("ContainerCreating" or "PodInitializing")
            )
            {
                return $"{pod.Metadata.Name}: {reason}{(waiting.Message is { Length: > 0 } why ? $": {why}" : "")}";
            }
        }

        return
            pod.Status?.Conditions?.FirstOrDefault(condition => condition is { Type: "PodScheduled", Status: "False" })
                is { } unscheduled
            ? $"{pod.Metadata.Name}: {unscheduled.Reason}: {unscheduled.Message}"
            : "";
    }
}
