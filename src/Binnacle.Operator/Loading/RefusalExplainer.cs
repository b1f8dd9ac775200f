using System.Collections.Concurrent;
using Binnacle.Operator.Components;
using Binnacle.Operator.Observing;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Loading;

/// <summary>
/// Asks a running Prometheus which of the suspected expressions it cannot parse: quicker than leaving rules out one
/// after the other, and its answer says where in the expression the fault is.
/// </summary>
internal sealed class RefusalExplainer(World world, PrometheusApi prometheus)
{
    private const int Concurrency = 8;

    /// <summary>The suspects at fault with the reason of each; empty when no server answers or none is at fault.</summary>
    public async Task<IReadOnlyDictionary<ResourceRef, string>> ExplainAsync(
        ObjectKey stack,
        DesiredState desired,
        IReadOnlyCollection<ResourceRef> suspects,
        CancellationToken cancellationToken
    )
    {
        var plan = desired.Components.FirstOrDefault(component => component.Engine == "Prometheus");
        var replica = plan is null
            ? null
            : ReplicaFinder.ReadyReplicas(plan, world.PodsOf(plan, stack.Name)).FirstOrDefault();
        if (replica is null)
        {
            return new Dictionary<ResourceRef, string>();
        }

        var suspected = suspects.ToHashSet();
        var faults = new ConcurrentDictionary<ResourceRef, string>();
        await Parallel.ForEachAsync(
            desired.Rules.Rules.Where(rule => suspected.Contains(rule.Source)),
            new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken },
            async (rule, token) =>
            {
                try
                {
                    await prometheus.FormatAsync(replica, rule.Query, token);
                }
                catch (ComponentRefusedException refusal)
                {
                    var field = rule.IsAlert ? "spec.expr" : $"spec.recordings ({rule.Name}).expr";
                    faults.TryAdd(rule.Source, $"{field}: {refusal.Message}");
                }
                catch (HttpRequestException)
                {
                    // No verdict: the search by halves will find it.
                }
            }
        );
        return faults;
    }
}
