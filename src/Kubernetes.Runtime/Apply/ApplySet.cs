using System.Collections.Concurrent;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Apply;

/// <summary>
/// Makes the server have exactly the objects of a set: applies what differs, kind by kind, workloads last; then, if
/// all went well, deletes what the set no longer holds. What is known to be as wanted causes no request.
/// </summary>
/// <remarks>
/// One <see cref="ApplySet"/> serves many sets, at once from several threads; one set must be applied by one thread at
/// a time, which a work queue of set ids sees to.
/// </remarks>
public sealed class ApplySet
{
    private readonly KnownState _known;
    private readonly ObjectWriter _writer;
    private readonly Pruner _pruner;
    private readonly ApplySetOptions _options;
    private readonly RuntimeMetrics? _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ContentHash _hashes = new();
    private readonly ConcurrentDictionary<string, SetMemory> _sets = new(StringComparer.Ordinal);

    /// <summary>Makes one that knows nothing yet.</summary>
    /// <param name="client">The server.</param>
    /// <param name="fieldManager">Who owns the applied fields; keep it for ever.</param>
    /// <param name="time">The clock of waits.</param>
    /// <param name="logger">Told of what is written.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="metrics">Where results are counted; null: nowhere.</param>
    public ApplySet(
        IKubernetesClient client,
        string fieldManager,
        TimeProvider time,
        ILogger logger,
        ApplySetOptions? options = null,
        RuntimeMetrics? metrics = null
    )
    {
        _metrics = metrics;
        _options = options ?? new ApplySetOptions();
        var hashAnnotation = _options.HashAnnotation ?? $"{fieldManager.Replace('/', '.')}/applied-hash";
        _known = new KnownState(hashAnnotation, _options, time);
        _writer = new ObjectWriter(client, fieldManager, hashAnnotation, _options, time, logger);
        _pruner = new Pruner(client, _options, logger);
        _time = time;
        _logger = logger;
    }

    /// <summary>Brings a set to its wanted state as far as it goes; failures of single objects are in the result.</summary>
    /// <param name="setId">Names the set from call to call.</param>
    /// <param name="desired">
    /// All of it, in full intent, with the owner references or labels by which <paramref name="live"/> recognises its
    /// own. Hand out the same instance for an object that did not change: it is then not even serialised.
    /// </param>
    /// <param name="live">What the cluster has.</param>
    /// <param name="cancellationToken">Ends it between two requests.</param>
    /// <exception cref="ArgumentException">An object has no name, or two have the same.</exception>
    public async Task<ApplyResult> ApplyAsync(
        string setId,
        IReadOnlyList<KubernetesObject> desired,
        ILiveObjects live,
        CancellationToken cancellationToken
    )
    {
        ApplyOrder.Check(desired);
        var memory = _sets.GetOrAdd(setId, static _ => new SetMemory());
        var outcome = new ApplyOutcome();
        foreach (var old in memory.Forbidden.Where(it => _time.GetElapsedTime(it.Value.At) >= _options.ForbiddenPause))
        {
            memory.Forbidden.TryRemove(old);
        }

        foreach (var phase in ApplyOrder.PhasesOf(desired))
        {
            var differing = new List<(KubernetesObject Desired, string Hash)>();
            foreach (var value in phase)
            {
                var hash = _hashes.OfDesired(value);
                var reference = ObjectRef.Of(value);
                try
                {
                    if (_known.IsAsWanted(value, hash, live.Find(reference.Type, reference.Key), memory, outcome))
                    {
                        outcome.Unchanged.Add(reference);
                    }
                    else if (memory.Forbidden.TryGetValue(reference, out var forbidden) && forbidden.Hash == hash)
                    {
                        outcome.Fail(reference, forbidden.Error);
                    }
                    else
                    {
                        differing.Add((value, hash));
                    }
                }
                catch (InvalidOperationException e)
                {
                    outcome.Fail(reference, e);
                }
            }

            await ParallelWork.ForEachAsync(
                differing,
                _options.Concurrency,
                it => ObjectRef.Of(it.Desired),
                (it, ct) => ApplyOneAsync(it.Desired, it.Hash, live, memory, outcome, ct),
                outcome,
                cancellationToken
            );
        }

        if (outcome.Failures.IsEmpty)
        {
            await _pruner.PruneAsync(desired, live, memory, outcome, cancellationToken);
        }

        var result = outcome.ToResult();
        _metrics?.Applies.Count(result);
        return result;
    }

    /// <summary>
    /// Whether an object is as this process left it: the watch event that follows a write of ours is no news. False
    /// also when the event overtakes the answer to the write, which costs one look too many and nothing else.
    /// </summary>
    public bool IsAsApplied(string setId, KubernetesObject live) =>
        _sets.TryGetValue(setId, out var memory)
        && memory.Applied.TryGetValue(ObjectRef.Of(live), out var applied)
        && applied.Version is not null
        && applied.Version == live.Metadata.ResourceVersion;

    /// <summary>Forgets a set that is no more, without touching its objects.</summary>
    public void Forget(string setId) => _sets.TryRemove(setId, out _);

    private async ValueTask ApplyOneAsync(
        KubernetesObject desired,
        string hash,
        ILiveObjects live,
        SetMemory memory,
        ApplyOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        var reference = ObjectRef.Of(desired);
        WriteResult result;
        try
        {
            var before = memory.Applied.GetValueOrDefault(reference);
            result = await _writer.WriteAsync(desired, hash, live, before, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Forbidden)
        {
            memory.Forbidden[reference] = new Forbidden(hash, _time.GetTimestamp(), e);
            throw;
        }

        var (kind, written, deviations) = result;
        memory.Applied[reference] = Applied.From(hash, written, _time.GetTimestamp(), seen: false, deviations);
        outcome.Deviate(deviations, _options.DeviationRetry);
        var list = kind switch
        {
            WriteKind.Created => outcome.Created,
            WriteKind.Updated => outcome.Updated,
            WriteKind.Recreated => outcome.Recreated,
            _ => outcome.Unchanged,
        };
        list.Add(reference);
        _logger.LogDebug("Applied {Object}", reference);
    }
}
