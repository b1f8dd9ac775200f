using Binnacle.Rendering;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Observing;

/// <summary>Asks the API server what it has, as far as that decides what is rendered.</summary>
internal static class ClusterProbe
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    /// <summary>Asks until there is an answer: an operator that starts before its API server waits for it.</summary>
    public static async Task<ClusterFacts> ReadAsync(
        IKubernetesClient client,
        TimeProvider clock,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        while (true)
        {
            try
            {
                return new ClusterFacts
                {
                    HasEndpointSlices = await HasAsync<EndpointSlice>(client, cancellationToken),
                    HasPodDisruptionBudgets = await HasAsync<PodDisruptionBudget>(client, cancellationToken),
                };
            }
            catch (KubernetesApiException silence)
            {
                logger.LogWarning("The API server does not answer yet: {Error}", silence.Message);
                await Task.Delay(Retry, clock, cancellationToken);
            }
        }
    }

    private static async Task<bool> HasAsync<T>(IKubernetesClient client, CancellationToken cancellationToken)
        where T : KubernetesObject<T>, IKubernetesObject<T> =>
        await client.DiscoverAsync(T.ResourceType.ApiVersion, T.ResourceType.Kind, cancellationToken) is not null;
}
