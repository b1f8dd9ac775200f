using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Views;

/// <summary>How people open what the stack runs.</summary>
internal static class WebAddresses
{
    /// <summary>One line per component: an address where pods are processes of this machine, else the command that makes one.</summary>
    public static IReadOnlyList<string> Of(MonitoringStack stack, IReadOnlyList<Pod> pods, bool reachable) =>
        [
            .. new[]
            {
                ("Prometheus", stack.Status?.Endpoints?.Prometheus),
                ("Alertmanager", stack.Status?.Endpoints?.Alertmanager),
                ("Blackbox exporter", stack.Status?.Endpoints?.Blackbox),
            }
                .Where(item => item.Item2 is not null)
                .Select(item => Line(item.Item1, new Uri(item.Item2!), stack.Metadata.Namespace ?? "", pods, reachable))
                .OfType<string>(),
        ];

    /// <summary>Reads the pods and says the same; empty until the stack has a status.</summary>
    public static async Task<IReadOnlyList<string>> ReadAsync(
        IKubernetesClient client,
        ObjectKey stack,
        bool reachable,
        CancellationToken cancellation
    )
    {
        var found = await client.FindAsync<MonitoringStack>(stack, cancellation);
        if (found is null)
        {
            return [];
        }

        var pods = await client.ListAsync<Pod>(new ListRequest { Namespace = stack.Namespace }, cancellation);
        return Of(found, pods.Items, reachable);
    }

    private static string? Line(string what, Uri endpoint, string @namespace, IReadOnlyList<Pod> pods, bool reachable)
    {
        var service = endpoint.Host.Split('.')[0];
        var label = what.PadRight(18);
        if (!reachable)
        {
            return $"{label}kubectl -n {@namespace} port-forward svc/{service} {endpoint.Port}   then http://127.0.0.1:{endpoint.Port}";
        }

        var addresses = pods.Where(pod => pod.Status?.PodIP is { Length: > 0 } && Serves(pod, endpoint.Port))
            .OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal)
            .Select(pod => $"http://{pod.Status!.PodIP}:{endpoint.Port}")
            .ToList();
        return addresses.Count == 0 ? null : label + string.Join("  ", addresses);
    }

    private static bool Serves(Pod pod, int port) =>
        pod.Spec?.Containers?.Any(container => container.Ports?.Any(p => p.Port == port) == true) == true;
}
