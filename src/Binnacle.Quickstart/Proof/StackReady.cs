using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Proof;

/// <summary>Waits until a stack says that it is Ready, and what it says of its targets.</summary>
internal static class StackReady
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan TargetPatience = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until a stack is Ready as its spec is now.</summary>
    /// <exception cref="QuickstartException">It is not in time.</exception>
    public static async Task WaitAsync(
        IKubernetesClient client,
        ObjectKey stack,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        Condition? ready = null;
        await Polling.UntilAsync(
            async token =>
            {
                var found = await client.GetAsync<MonitoringStack>(stack, token);
                ready = found.Status?.Conditions?.FirstOrDefault(condition => condition.Type == ConditionTypes.Ready);
                return ready?.Status == "True" && found.Status?.ObservedGeneration == found.Metadata.Generation
                    ? found
                    : null;
            },
            Patience,
            Period,
            () =>
                $"MonitoringStack {stack} is not Ready: {(ready is null ? "it has no status yet" : $"{ready.Reason}: {ready.Message}")}",
            time,
            cancellation
        );
    }

    /// <summary>Waits until all targets of a stack are up.</summary>
    /// <exception cref="QuickstartException">They are not in time; the message says how many are.</exception>
    public static async Task TargetsAsync(
        IKubernetesClient client,
        ObjectKey stack,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        TargetCounts? last = null;
        await Polling.UntilAsync(
            async token =>
            {
                last = (await client.GetAsync<MonitoringStack>(stack, token)).Status?.Targets;
                return last is { Total: > 0 } && last.Up == last.Total ? last : null;
            },
            TargetPatience,
            Period,
            () => $"Of the targets of MonitoringStack {stack} {last?.Up ?? 0} of {last?.Total ?? 0} are up",
            time,
            cancellation
        );
    }
}
