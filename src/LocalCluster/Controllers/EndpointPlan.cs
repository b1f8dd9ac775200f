using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>One pod behind a Service.</summary>
internal sealed record ServiceEndpoint(
    string Address,
    string? Hostname,
    string? NodeName,
    ObjectReference Target,
    bool IsReady,
    bool IsServing,
    bool IsTerminating
);

/// <summary>Pods that serve the same ports: a named target port may be another number in each.</summary>
internal sealed record EndpointGroup(IReadOnlyList<EndpointPort> Ports, IReadOnlyList<ServiceEndpoint> Endpoints);

/// <summary>Which pods stand behind a Service, and on which ports.</summary>
internal static class EndpointPlan
{
    /// <summary>Groups in a stable order; endpoints sorted by address.</summary>
    public static IReadOnlyList<EndpointGroup> Build(Service service, IEnumerable<Pod> pods)
    {
        var selector = new LabelSelector { MatchLabels = service.Spec?.Selector };
        var publishAll = service.Spec?.PublishNotReadyAddresses == true;
        return
        [
            .. pods.Where(p =>
                    p.Metadata.Namespace == service.Metadata.Namespace && selector.Matches(p.Metadata.Labels)
                )
                .Where(p => p.Status?.PodIP is { Length: > 0 } && !p.IsOver())
                .Select(p => (Ports: Ports(service, p), Endpoint: Endpoint(service, p, publishAll)))
                .GroupBy(p => string.Join(',', p.Ports.Select(e => $"{e.Name}/{e.Protocol}/{e.Port}")))
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new EndpointGroup(
                    g.First().Ports,
                    [.. g.Select(p => p.Endpoint).OrderBy(e => e.Address, StringComparer.Ordinal)]
                )),
        ];
    }

    private static ServiceEndpoint Endpoint(Service service, Pod pod, bool publishAll)
    {
        var isTerminating = pod.Metadata.DeletionTimestamp is not null;
        var isNamed = pod.Spec?.Hostname is { Length: > 0 } && pod.Spec.Subdomain == service.Metadata.Name;
        return new ServiceEndpoint(
            pod.Status!.PodIP!,
            isNamed ? pod.Spec!.Hostname : null,
            pod.Spec?.NodeName,
            new ObjectReference
            {
                Kind = "Pod",
                Namespace = pod.Metadata.Namespace,
                Name = pod.Metadata.Name,
                Uid = pod.Metadata.Uid,
            },
            publishAll || (pod.IsReady() && !isTerminating),
            publishAll || pod.IsReady(),
            isTerminating
        );
    }

    private static List<EndpointPort> Ports(Service service, Pod pod)
    {
        var result = new List<EndpointPort>();
        foreach (var port in service.Spec?.Ports ?? [])
        {
            var protocol = port.Protocol ?? "TCP";
            var number = port.TargetPort switch
            {
                { Number: { } given and not 0 } => given,
                { Text: { } name } => (pod.Spec?.Containers ?? [])
                    .SelectMany(c => c.Ports ?? [])
                    .FirstOrDefault(p => p.Name == name && (p.Protocol ?? "TCP") == protocol)
                    ?.Port,
                _ => port.Port,
            };
            // A pod that has no port of that name does not serve it.
            if (number is not null)
            {
                result.Add(
                    new EndpointPort
                    {
                        Name = port.Name,
                        Protocol = protocol,
                        AppProtocol = port.AppProtocol,
                        Port = number,
                    }
                );
            }
        }

        return result;
    }
}
