using System.Text.Json;
using Binnacle.Operator.Components;
using Binnacle.Rendering;
using Binnacle.Rendering.Common;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Loading;

/// <summary>
/// Makes every replica of a component take a configuration that was applied, and returns what they say afterwards.
/// A kubelet shows a changed ConfigMap to a pod within a minute or so, but syncs a pod at once when an annotation of it
/// changes: so the annotation is patched first, then the component is told to reload, then it is asked.
/// </summary>
internal sealed class ConfigLoader(IKubernetesClient client, TimeProvider clock)
{
    private static readonly WriteOptions Write = new() { FieldManager = "binnacle-loader" };

    /// <summary>Waits between tries; files need a moment from the annotation to the pod's file system.</summary>
    private static readonly TimeSpan[] Waits =
    [
        TimeSpan.FromMilliseconds(60),
        TimeSpan.FromMilliseconds(150),
        TimeSpan.FromMilliseconds(300),
        TimeSpan.FromMilliseconds(600),
        TimeSpan.FromSeconds(1),
        TimeSpan.FromSeconds(2),
        TimeSpan.FromSeconds(4),
    ];

    /// <summary>
    /// A refusal counts from this try on: before it, the replica may have read files of which only some had arrived.
    /// </summary>
    private const int RefusalCountsFrom = 3;

    /// <summary>Loads on all replicas at once; takes about eight seconds at most.</summary>
    /// <param name="plan">The component.</param>
    /// <param name="replicas">Its replicas that answer.</param>
    /// <param name="token">Changes with the configuration: becomes the value of the annotation.</param>
    /// <param name="probe">Asks and tells this kind of component.</param>
    /// <param name="isCurrent">False once something newer was applied: there is no use in waiting for this one then.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<LoadOutcome> LoadAsync(
        ComponentPlan plan,
        IReadOnlyList<Replica> replicas,
        string token,
        IReplicaProbe probe,
        Func<bool> isCurrent,
        CancellationToken cancellationToken
    )
    {
        if (replicas.Count == 0)
        {
            return new LoadOutcome(LoadState.Waiting, null, $"no replica of {plan.Name} is ready")
            {
                HasReplicas = false,
            };
        }

        var outcomes = await Task.WhenAll(
            replicas.Select(replica => LoadOneAsync(replica, token, probe, isCurrent, cancellationToken))
        );
        var refused = Array.Find(outcomes, outcome => outcome.State == LoadState.Refused);
        if (refused is not null)
        {
            return refused;
        }

        var waiting = Array.Find(outcomes, outcome => outcome.State == LoadState.Waiting);
        if (waiting is not null)
        {
            return waiting;
        }

        return replicas.Count < plan.Replicas
            ? new LoadOutcome(
                LoadState.Waiting,
                plan.ConfigHash,
                $"{replicas.Count} of {plan.Replicas} replicas of {plan.Name} are ready"
            )
            : LoadOutcome.Done(plan.ConfigHash);
    }

    private async Task<LoadOutcome> LoadOneAsync(
        Replica replica,
        string token,
        IReplicaProbe probe,
        Func<bool> isCurrent,
        CancellationToken cancellationToken
    )
    {
        var missing = "";
        string? hash = null;
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                var state = await probe.StateAsync(replica, cancellationToken);
                if (state.UpToDate)
                {
                    return new LoadOutcome(LoadState.Loaded, state.Hash, "");
                }

                (missing, hash) = (state.Missing, state.Hash);
                if (attempt == Waits.Length || !isCurrent())
                {
                    return new LoadOutcome(LoadState.Waiting, hash, $"{replica.Pod.Name}: {missing}");
                }

                await TouchAsync(replica, $"{token}-{attempt}", cancellationToken);
                await Task.Delay(Waits[attempt], clock, cancellationToken);
                if (await ReloadAsync(replica, probe, cancellationToken) is { } refusal && attempt >= RefusalCountsFrom)
                {
                    return new LoadOutcome(LoadState.Refused, hash, $"{replica.Pod.Name}: {refusal}");
                }
            }
            catch (Exception silence)
                when (silence is HttpRequestException or ComponentRefusedException or KubernetesApiException)
            {
                return new LoadOutcome(LoadState.Waiting, hash, $"{replica.Pod.Name}: {silence.Message}");
            }
        }
    }

    /// <summary>The component's words when it refuses its files; null when it took them.</summary>
    private static async Task<string?> ReloadAsync(
        Replica replica,
        IReplicaProbe probe,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await probe.ReloadAsync(replica, cancellationToken);
            return null;
        }
        catch (ComponentRefusedException refusal)
        {
            return refusal.Message;
        }
    }

    private async Task TouchAsync(Replica replica, string token, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteStartObject("annotations");
            json.WriteString(ObjectNames.SyncAnnotation, token);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        try
        {
            await client.PatchAsync<Pod>(replica.Pod, Patch.Merge(buffer.ToArray()), Write, cancellationToken);
        }
        catch (KubernetesApiException gone) when (gone.Kind == KubernetesErrorKind.NotFound)
        {
            throw new HttpRequestException("the pod is gone", gone);
        }
    }
}
