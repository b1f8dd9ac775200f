using Binnacle.Api;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Quickstart.Proof;

/// <summary>Waits until a stack says that it is Ready.</summary>
internal static class StackReady
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);

    /// <exception cref="QuickstartException">It is not in time, or the operator ended.</exception>
    public static async Task WaitAsync(
        IKubernetesClient client,
        ObjectKey stack,
        Func<string?> ended,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        Condition? ready = null;
        await Polling.UntilAsync(
            async token =>
            {
                if (ended() is { } problem)
                {
                    throw new QuickstartException(problem);
                }

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
}
