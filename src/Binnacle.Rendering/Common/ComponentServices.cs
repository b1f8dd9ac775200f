using Kubernetes.Models;

namespace Binnacle.Rendering.Common;

/// <summary>Services and budgets that every component has in the same form.</summary>
internal static class ComponentServices
{
    /// <summary>A Service with an address of its own, for people and other components.</summary>
    public static Service Plain(StackObjects objects, string name, string component, params ServicePort[] ports) =>
        new()
        {
            Metadata = objects.Owned(name, component),
            Spec = new ServiceSpec
            {
                Type = "ClusterIP",
                Selector = objects.Selector(component),
                Ports = ports,
            },
        };

    /// <summary>
    /// The Service that gives each pod of a StatefulSet its name. Pods are listed before they are ready: peers must
    /// find each other to become so.
    /// </summary>
    public static Service Headless(StackObjects objects, string name, string component, params ServicePort[] ports) =>
        new()
        {
            Metadata = objects.Owned(name, component),
            Spec = new ServiceSpec
            {
                Type = "ClusterIP",
                ClusterIP = "None",
                PublishNotReadyAddresses = true,
                Selector = objects.Selector(component),
                Ports = ports,
            },
        };

    /// <summary>A port whose target has the same name.</summary>
    public static ServicePort Port(string name, int number, string protocol = "TCP") =>
        new()
        {
            Name = name,
            Port = number,
            TargetPort = name,
            Protocol = protocol,
        };

    /// <summary>At most one replica away by a drain; none when there is but one, or the server has no policy/v1.</summary>
    public static IEnumerable<KubernetesObject> Budget(
        StackObjects objects,
        string name,
        string component,
        int replicas,
        ClusterFacts cluster
    )
    {
        if (replicas < 2 || !cluster.HasPodDisruptionBudgets)
        {
            yield break;
        }

        yield return new PodDisruptionBudget
        {
            Metadata = objects.Owned(name, component),
            Spec = new PodDisruptionBudgetSpec
            {
                MaxUnavailable = 1,
                Selector = new LabelSelector { MatchLabels = objects.Selector(component) },
            },
        };
    }
}
