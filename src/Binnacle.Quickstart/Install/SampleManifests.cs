using System.Net;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Install;

/// <summary>Applies the quickstart's samples and makes their Services lead to this process.</summary>
internal sealed class SampleManifests(
    IKubernetesClient client,
    AppliedObjects applied,
    IReadOnlyDictionary<string, IPEndPoint> processes,
    TimeProvider time
)
{
    private static readonly TimeSpan MirrorPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    /// <summary>Applies all; returns once the cluster has them.</summary>
    /// <param name="objects">The samples in their order.</param>
    /// <param name="needsSlices">The cluster routes by EndpointSlices: see to it that there are some.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="QuickstartException">A Service has no process that stands for it.</exception>
    public async Task ApplyAsync(IReadOnlyList<DynamicObject> objects, bool needsSlices, CancellationToken cancellation)
    {
        var routed = new List<(DynamicObject Service, IPEndPoint Target)>();
        foreach (var value in objects)
        {
            await applied.ApplyAsync(value, cancellation);
            if (ServiceRoutes.Needs(value))
            {
                var target = Target(value);
                await applied.ApplyAsync(ServiceRoutes.Endpoints(value, target), cancellation);
                routed.Add((value, target));
            }
        }

        if (needsSlices && routed.Count > 0 && !await IsMirroredAsync(routed[^1].Service, cancellation))
        {
            foreach (var (service, target) in routed)
            {
                await applied.ApplyAsync(ServiceRoutes.Slice(service, target), cancellation);
            }
        }
    }

    private IPEndPoint Target(DynamicObject service) =>
        processes.TryGetValue(service.Metadata.Name ?? "", out var target)
            ? target
            : throw new QuickstartException(
                $"Service {service.Key} has no selector, and no sample service has its name; "
                    + $"there are: {string.Join(", ", processes.Keys.Order(StringComparer.Ordinal))}."
            );

    /// <summary>
    /// Whether a slice appears, as it does where kube-controller-manager runs. Servers without slices in v1 have no use
    /// for ours either.
    /// </summary>
    private async Task<bool> IsMirroredAsync(DynamicObject service, CancellationToken cancellation)
    {
        var type = EndpointSlice.ResourceType;
        if (await client.DiscoverAsync(type.ApiVersion, type.Kind, cancellation) is null)
        {
            return true;
        }

        var request = new ListRequest
        {
            Namespace = service.Metadata.Namespace,
            LabelSelector = $"kubernetes.io/service-name={service.Metadata.Name}",
        };
        try
        {
            await Polling.UntilAsync(
                async token =>
                    (await client.ListAsync<EndpointSlice>(request, token)).Items is [var first, ..] ? first : null,
                MirrorPatience,
                Period,
                () => "no slice",
                time,
                cancellation
            );
            return true;
        }
        catch (QuickstartException)
        {
            return false;
        }
    }
}
