using System.Globalization;
using Binnacle.Rendering.Prometheus;
using Kubernetes.Models;

namespace Binnacle.Rendering.Targets;

/// <summary>Discovery of Services and Pods, and the labels that every target of it gets: namespace, service, pod, container, endpoint.</summary>
internal static class KubernetesTargets
{
    /// <summary>Endpoints behind Services.</summary>
    public static (KubernetesDiscovery Discovery, IEnumerable<RelabelConfig> Steps) Services(
        LabelSelector selector,
        IntOrString? port,
        IReadOnlyList<string> namespaces,
        bool slices
    )
    {
        var role = slices ? "endpointslice" : "endpoints";
        var prefix = slices ? "__meta_kubernetes_endpointslice" : "__meta_kubernetes_endpoint";
        var steps = new List<RelabelConfig>(Steps.Selected(selector, "__meta_kubernetes_service"));
        if (port is { Text: { } name })
        {
            steps.Add(Steps.Keep($"{prefix}_port_name", RegexText.Quote(name)));
        }
        else if (port is { Number: { } number })
        {
            steps.Add(Steps.Keep("__address__", $".+:{number.ToString(CultureInfo.InvariantCulture)}"));
        }
        else
        {
            // Discovery adds the Pods' ports that the Service does not name, without a protocol.
            steps.Add(Steps.Keep($"{prefix}_port_protocol", "TCP"));
        }

        // A pod that has ended keeps its address for a while.
        steps.Add(Steps.Drop("__meta_kubernetes_pod_phase", "(Failed|Succeeded)"));
        steps.AddRange(PodLabels());
        steps.Add(Steps.Copy("__meta_kubernetes_service_name", "service"));
        steps.Add(Steps.Copy($"{prefix}_port_name", "endpoint"));
        return (Discovery(role, namespaces), steps);
    }

    /// <summary>Pods.</summary>
    public static (KubernetesDiscovery Discovery, IEnumerable<RelabelConfig> Steps) Pods(
        LabelSelector selector,
        IntOrString? port,
        IReadOnlyList<string> namespaces
    )
    {
        var steps = new List<RelabelConfig>(Steps.Selected(selector, "__meta_kubernetes_pod"));
        if (port is { Text: { } name })
        {
            steps.Add(Steps.Keep("__meta_kubernetes_pod_container_port_name", RegexText.Quote(name)));
        }
        else if (port is { Number: { } number })
        {
            steps.Add(
                Steps.Keep("__meta_kubernetes_pod_container_port_number", number.ToString(CultureInfo.InvariantCulture))
            );
        }
        else
        {
            // A Pod without declared ports is discovered too, with an address that has none.
            steps.Add(Steps.Keep("__meta_kubernetes_pod_container_port_protocol", "TCP"));
        }

        steps.Add(Steps.Drop("__meta_kubernetes_pod_phase", "(Failed|Succeeded)"));
        // An init container's port is gone by the time anybody could scrape it.
        steps.Add(Steps.Drop("__meta_kubernetes_pod_container_init", "true"));
        steps.AddRange(PodLabels());
        return (Discovery("pod", namespaces), steps);
    }

    private static IEnumerable<RelabelConfig> PodLabels() =>
        [
            Steps.Copy("__meta_kubernetes_namespace", "namespace"),
            Steps.Copy("__meta_kubernetes_pod_name", "pod"),
            Steps.Copy("__meta_kubernetes_pod_container_name", "container"),
        ];

    private static KubernetesDiscovery Discovery(string role, IReadOnlyList<string> namespaces) =>
        new()
        {
            Role = role,
            Namespaces = new NamespaceFilter { Names = namespaces },
        };
}
