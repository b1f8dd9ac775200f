using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;

namespace LocalCluster.Controllers;

/// <summary>When a workload must be looked at again although nothing happens.</summary>
internal static class Waiting
{
    /// <summary>At the moment at which the next ready pod becomes an available one.</summary>
    public static ReconcileResult For(IEnumerable<Pod> pods, int? minReadySeconds, DateTimeOffset now)
    {
        var next = pods.Select(p => p.AvailableAt(minReadySeconds)).Where(at => at > now).Min();
        return next is { } at && minReadySeconds > 0 ? ReconcileResult.RequeueAfter(at - now) : ReconcileResult.Done;
    }
}
