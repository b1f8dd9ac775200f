using System.Collections.Concurrent;
using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Models;
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
    private readonly IKubernetesClient _client;
    private readonly ObjectReader _reader;
    private readonly WriteOptions _write;
    private readonly ApplySetOptions _options;
    private readonly string _hashAnnotation;
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
    public ApplySet(
        IKubernetesClient client,
        string fieldManager,
        TimeProvider time,
        ILogger logger,
        ApplySetOptions? options = null
    )
    {
        _client = client;
        _reader = new ObjectReader(client);
        _write = new WriteOptions { FieldManager = fieldManager, Force = true };
        _options = options ?? new ApplySetOptions();
        _hashAnnotation = _options.HashAnnotation ?? $"{fieldManager.Replace('/', '.')}/applied-hash";
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
        foreach (var phase in ApplyOrder.PhasesOf(desired))
        {
            var differing = new List<(KubernetesObject Desired, string Hash)>();
            foreach (var value in phase)
            {
                var hash = _hashes.OfDesired(value);
                var reference = ObjectRef.Of(value);
                try
                {
                    if (IsAsWanted(value, hash, live.Find(reference.Type, reference.Key), memory, outcome))
                    {
                        outcome.Unchanged.Add(reference);
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

            await ForEachAsync(
                differing,
                it => ObjectRef.Of(it.Desired),
                (it, ct) => ApplyOneAsync(it.Desired, it.Hash, live, memory, outcome, ct),
                outcome,
                cancellationToken
            );
        }

        if (outcome.Failures.IsEmpty)
        {
            await PruneAsync(desired, live, memory, outcome, cancellationToken);
        }

        return outcome.ToResult(_options.CacheLag);
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

    /// <summary>
    /// True when the live object needs no write: it has not changed since it was last as wanted, or only in ways that
    /// do not concern us; or, after a restart, it carries the hash of what is wanted and still says all of it.
    /// </summary>
    private bool IsAsWanted(
        KubernetesObject desired,
        string hash,
        KubernetesObject? live,
        SetMemory memory,
        ApplyOutcome outcome
    )
    {
        var reference = ObjectRef.Of(desired);
        memory.Applied.TryGetValue(reference, out var applied);
        if (applied is not null && applied.Hash != hash)
        {
            return false;
        }

        if (live is null)
        {
            // Written a moment ago, and the cache has not heard of it yet.
            var isLag = applied is { Seen: false } && _time.GetElapsedTime(applied.At) < _options.CacheLag;
            outcome.Recheck |= isLag;
            return isLag;
        }

        if (applied is not null && applied.Uid == live.Metadata.Uid)
        {
            if (ResourceVersions.IsOlder(live.Metadata.ResourceVersion, applied.Version))
            {
                return true;
            }

            if (
                applied.Version == live.Metadata.ResourceVersion
                || (applied.Content is not null && applied.Content == ContentHash.OfLive(live))
            )
            {
                if (!applied.Seen || applied.Version != live.Metadata.ResourceVersion)
                {
                    memory.Applied[reference] = applied with { Version = live.Metadata.ResourceVersion, Seen = true };
                }

                return true;
            }
        }

        if (live.Metadata.Annotations?.GetValueOrDefault(_hashAnnotation) != hash || !SaysAllOf(live, desired))
        {
            return false;
        }

        memory.Applied[reference] = Applied.From(hash, live, _time.GetTimestamp(), seen: true);
        return true;
    }

    private static bool SaysAllOf(KubernetesObject live, KubernetesObject desired)
    {
        using var liveJson = JsonDocument.Parse(live.ToUtf8Json());
        using var desiredJson = JsonDocument.Parse(desired.ToUtf8Json());
        return Superset.Of(liveJson.RootElement, desiredJson.RootElement);
    }

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
        // The cache may be filtered to our own objects: only the server knows whether a name is free.
        var before =
            live.Find(reference.Type, reference.Key)?.Metadata
            ?? await _reader.FindMetadataAsync(reference, cancellationToken);
        // Our own creation stays ours when somebody takes its label away: it gets it back.
        var isOurs =
            before is null
            || live.Owns(before)
            || (memory.Applied.TryGetValue(reference, out var applied) && applied.Uid == before.Uid);
        if (!isOurs)
        {
            throw new ForeignObjectException(reference);
        }

        var intent = WithHash(desired, hash);
        KubernetesObject written;
        try
        {
            written = await _client.ApplyAsync(intent, _write, cancellationToken);
        }
        catch (KubernetesApiException e) when (before is not null && IsImmutableStatefulSet(reference, e))
        {
            _logger.LogInformation("{Object} is created anew, its pods go on: {Message}", reference, e.Message);
            written = await RecreateAsync(intent, reference, before, cancellationToken);
            Remember(outcome.Recreated);
            return;
        }

        if (before is null)
        {
            Remember(outcome.Created);
        }
        else
        {
            Remember(written.Metadata.ResourceVersion == before.ResourceVersion ? outcome.Unchanged : outcome.Updated);
        }

        void Remember(ConcurrentBag<ObjectRef> list)
        {
            list.Add(reference);
            memory.Applied[reference] = Applied.From(hash, written, _time.GetTimestamp(), seen: false);
            _logger.LogDebug("Applied {Object}", reference);
        }
    }

    private KubernetesObject WithHash(KubernetesObject desired, string hash)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in desired.Metadata.Annotations ?? new Dictionary<string, string>())
        {
            annotations[name] = value;
        }

        annotations[_hashAnnotation] = hash;
        return desired with { Metadata = desired.Metadata with { Annotations = annotations } };
    }

    private static bool IsImmutableStatefulSet(ObjectRef reference, KubernetesApiException e) =>
        reference.Type is { Group: "apps", Kind: "StatefulSet" }
        && e is { Kind: KubernetesErrorKind.Invalid, Causes.Count: > 0 }
        && e.Causes.All(cause =>
            (cause.Field == "spec" && cause.Reason == "FieldValueForbidden")
            || cause.Message?.Contains("field is immutable", StringComparison.Ordinal) == true
        );

    private async Task<KubernetesObject> RecreateAsync(
        KubernetesObject intent,
        ObjectRef reference,
        ObjectMeta before,
        CancellationToken cancellationToken
    )
    {
        var delete = new DeleteRequest { Uid = before.Uid, PropagationPolicy = "Orphan" };
        await _client.DeleteAsync(reference.Type, reference.Key, delete, cancellationToken);
        var started = _time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(100);
        while (await _reader.FindMetadataAsync(reference, cancellationToken) is { } there && there.Uid == before.Uid)
        {
            if (_time.GetElapsedTime(started) > _options.RecreateTimeout)
            {
                throw new TimeoutException(
                    $"{reference} was deleted to be created anew and is still there after {_options.RecreateTimeout}; "
                        + "look at its metadata.finalizers."
                );
            }

            await Task.Delay(pause, _time, cancellationToken);
            pause = pause < TimeSpan.FromSeconds(1) ? pause * 2 : pause;
        }

        return await _client.ApplyAsync(intent, _write, cancellationToken);
    }

    private async Task PruneAsync(
        IReadOnlyList<KubernetesObject> desired,
        ILiveObjects live,
        SetMemory memory,
        ApplyOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        var wanted = desired.Select(ObjectRef.Of).ToHashSet();
        var surplus = new Dictionary<ObjectRef, string?>();
        foreach (var value in live.Owned())
        {
            var reference = ObjectRef.Of(value);
            var isGoing = value.Metadata.DeletionTimestamp is not null || WasPruned(reference, value.Metadata.Uid);
            if (!wanted.Contains(reference) && !isGoing)
            {
                surplus[reference] = value.Metadata.Uid;
            }
        }

        foreach (var (reference, applied) in memory.Applied.Where(pair => !wanted.Contains(pair.Key)))
        {
            // What the cache has seen it would show in Owned(), were it still there and ours.
            if (applied.Seen || live.Find(reference.Type, reference.Key) is not null)
            {
                memory.Applied.TryRemove(reference, out _);
            }
            else
            {
                surplus.TryAdd(reference, applied.Uid);
            }
        }

        foreach (var startsPods in new[] { true, false })
        {
            await ForEachAsync(
                surplus.Where(pair => ApplyOrder.StartsPods(pair.Key.Type) == startsPods).ToList(),
                it => it.Key,
                (it, ct) => DeleteAsync(it.Key, it.Value, ct),
                outcome,
                cancellationToken
            );
        }

        foreach (var reference in memory.Pruned.Keys)
        {
            if (live.Find(reference.Type, reference.Key) is null)
            {
                memory.Pruned.TryRemove(reference, out _);
            }
        }

        bool WasPruned(ObjectRef reference, string? uid) =>
            memory.Pruned.TryGetValue(reference, out var pruned) && pruned == uid;

        async ValueTask DeleteAsync(ObjectRef reference, string? uid, CancellationToken ct)
        {
            try
            {
                if (await _client.DeleteAsync(reference.Type, reference.Key, new DeleteRequest { Uid = uid }, ct))
                {
                    outcome.Pruned.Add(reference);
                    _logger.LogDebug("Deleted {Object}", reference);
                }
            }
            catch (KubernetesApiException e) when (e.Kind is KubernetesErrorKind.Conflict)
            {
                _logger.LogDebug("{Object} is another one by now and stays: {Message}", reference, e.Message);
            }

            memory.Pruned[reference] = uid;
            memory.Applied.TryRemove(reference, out _);
        }
    }

    /// <summary>Runs a few at a time; what fails is noted, and the others go on.</summary>
    private Task ForEachAsync<TItem>(
        IReadOnlyCollection<TItem> items,
        Func<TItem, ObjectRef> referenceOf,
        Func<TItem, CancellationToken, ValueTask> action,
        ApplyOutcome outcome,
        CancellationToken cancellationToken
    )
    {
        if (items.Count == 0)
        {
            return Task.CompletedTask;
        }

        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = _options.Concurrency,
            CancellationToken = cancellationToken,
        };
        return Parallel.ForEachAsync(
            items,
            options,
            async (item, ct) =>
            {
                try
                {
                    await action(item, ct);
                }
                catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
                {
                    outcome.Fail(referenceOf(item), e);
                }
            }
        );
    }
}
