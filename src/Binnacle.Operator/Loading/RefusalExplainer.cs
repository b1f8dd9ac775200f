using System.Collections.Concurrent;
using Binnacle.Operator.Components;
using Binnacle.Operator.Observing;
using Binnacle.Rendering;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Loading;

/// <summary>
/// Finds out which rules Prometheus refused without trying: its log names them, and a server that runs can be asked
/// about each expression. Both say where the fault is, which leaving rules out one after the other would not.
/// </summary>
internal sealed class RefusalExplainer(World world, PrometheusApi prometheus, IKubernetesClient client)
{
    private const int Concurrency = 8;

    /// <summary>The suspects at fault with the reason of each; empty when nobody can tell.</summary>
    public async Task<IReadOnlyDictionary<ResourceRef, string>> ExplainAsync(
        ObjectKey stack,
        DesiredState desired,
        IReadOnlyCollection<ResourceRef> suspects,
        CancellationToken cancellationToken
    )
    {
        if (desired.Components.FirstOrDefault(component => component.Engine == "Prometheus") is not { } plan)
        {
            return new Dictionary<ResourceRef, string>();
        }

        var suspected = suspects.ToHashSet();
        var pods = world.PodsOf(plan, stack.Name);
        foreach (var pod in pods)
        {
            var named = PrometheusLog.Faults(await LogAsync(plan, pod, cancellationToken), desired.Rules.Rules);
            var guilty = named.Where(fault => suspected.Contains(fault.Key)).ToDictionary();
            if (guilty.Count > 0)
            {
                return guilty;
            }
        }

        return ReplicaFinder.ReadyReplicas(plan, pods) is [var replica, ..]
            ? await AskAsync(replica, desired, suspected, cancellationToken)
            : new Dictionary<ResourceRef, string>();
    }

    /// <summary>The newest lines of the container, or of the one before it when that ended over its configuration.</summary>
    private async Task<string> LogAsync(ComponentPlan plan, Pod pod, CancellationToken cancellationToken)
    {
        var previous = ReplicaFinder.IsReady(pod) ? "" : "&previous=true";
        using var request = new HttpRequestMessage(
            HttpMethod.Get,
            $"/api/v1/namespaces/{pod.Metadata.Namespace}/pods/{pod.Metadata.Name}/log"
                + $"?container={plan.Name}&tailLines=200{previous}"
        );
        try
        {
            using var answer = await client.SendAsync(request, cancellationToken);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken) : "";
        }
        catch (KubernetesApiException)
        {
            // Without the log there are other ways to find out.
            return "";
        }
    }

    private async Task<IReadOnlyDictionary<ResourceRef, string>> AskAsync(
        Replica replica,
        DesiredState desired,
        HashSet<ResourceRef> suspected,
        CancellationToken cancellationToken
    )
    {
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
