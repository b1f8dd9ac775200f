using Kubernetes.Client;
using Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Apply;

/// <summary>What became of one object.</summary>
internal enum WriteKind
{
    Created,
    Updated,
    Unchanged,
    Recreated,
}

/// <summary>An object after it was applied.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="Object">As the server has it now.</param>
/// <param name="Deviations">What of the intent it could not be given.</param>
internal sealed record WriteResult(WriteKind Kind, KubernetesObject Object, IReadOnlyList<ApplyDeviation> Deviations);

/// <summary>
/// Applies single objects: never somebody else's, all fields of the intent by force, and where the server refuses to
/// change a field, a StatefulSet is made anew and any other object is left as it is and told. Every write names the uid
/// of the object that was found to be ours: another one that took its name meanwhile is looked at first.
/// </summary>
internal sealed class ObjectWriter(
    IKubernetesClient client,
    string fieldManager,
    string hashAnnotation,
    ApplySetOptions options,
    TimeProvider time,
    ILogger logger
)
{
    /// <summary>Of a name that others delete and make anew all the time.</summary>
    private const int MostAttempts = 5;

    private readonly ObjectReader _reader = new(client);
    private readonly ClaimExpander _claims = new(client, fieldManager, logger);
    private readonly WriteOptions _write = new() { FieldManager = fieldManager, Force = true };

    /// <summary>Without force: who took the name since it was found free keeps what they wrote.</summary>
    private readonly WriteOptions _create = new() { FieldManager = fieldManager };

    public async Task<WriteResult> WriteAsync(
        KubernetesObject desired,
        string hash,
        ILiveObjects live,
        Applied? applied,
        CancellationToken cancellationToken
    )
    {
        var reference = ObjectRef.Of(desired);
        var cached = live.Find(reference.Type, reference.Key);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await WriteAsync(desired, hash, cached, live, applied, cancellationToken);
            }
            catch (Exception e) when (e is ReplacedObjectException or KubernetesApiException { IsUidMismatch: true })
            {
                if (attempt == MostAttempts)
                {
                    throw e as ReplacedObjectException ?? new ReplacedObjectException(reference, e);
                }

                logger.LogDebug("{Object} is not the one that was known: {Message}", reference, e.Message);
                // The cache is behind.
                cached = null;
            }
        }
    }

    private async Task<WriteResult> WriteAsync(
        KubernetesObject desired,
        string hash,
        KubernetesObject? cached,
        ILiveObjects live,
        Applied? applied,
        CancellationToken cancellationToken
    )
    {
        var reference = ObjectRef.Of(desired);
        // The cache may be filtered to our own objects: only the server knows whether a name is free.
        var before = cached?.Metadata ?? await _reader.FindMetadataAsync(reference, cancellationToken);
        if (before is not null && !Ownership.IsOurs(desired, before, live, applied))
        {
            throw new ForeignObjectException(reference);
        }

        if (before is null)
        {
            var created = await client.ApplyAsync(WithHash(desired, hash), _create, cancellationToken);
            return new WriteResult(WriteKind.Created, created, []);
        }

        return desired is StatefulSet set
            ? await WriteAsync(set, hash, before, cached as StatefulSet, cancellationToken)
            : await UpdateAsync(WithHash(desired, hash), reference, before, cached, cancellationToken);
    }

    private async Task<WriteResult> UpdateAsync(
        KubernetesObject intent,
        ObjectRef reference,
        ObjectMeta before,
        KubernetesObject? live,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var written = await client.ApplyAsync(intent, _write with { Uid = before.Uid }, cancellationToken);
            return new WriteResult(KindOf(written, before), written, []);
        }
        catch (KubernetesApiException e) when (ImmutableFields.Of(e, live, intent) is { Count: > 0 } fields)
        {
            throw new ImmutableFieldException(reference, fields, e);
        }
    }

    private async Task<WriteResult> WriteAsync(
        StatefulSet desired,
        string hash,
        ObjectMeta before,
        StatefulSet? live,
        CancellationToken cancellationToken
    )
    {
        var reference = ObjectRef.Of(desired);
        live ??= await client.FindAsync<StatefulSet>(reference.Key, cancellationToken);
        if (live is null)
        {
            var created = await client.ApplyAsync(WithHash(desired, hash), _create, cancellationToken);
            return new WriteResult(WriteKind.Created, created, []);
        }

        var plan = ClaimPlan.Of(live, desired);
        if (
            plan.Growths.Count > 0
            && (await _reader.FindMetadataAsync(reference, cancellationToken))?.Uid != before.Uid
        )
        {
            // The claims of its name are another's by now.
            throw new ReplacedObjectException(reference);
        }

        IReadOnlyList<ApplyDeviation> deviations =
        [
            .. plan.Deviations,
            .. await _claims.ExpandAsync(live, plan.Growths, cancellationToken),
        ];
        // A hash that nobody asks for: after a restart what could not be given is looked at again.
        var intent = WithHash(
            ClaimPlan.Without(deviations, live, desired),
            deviations.Count == 0 ? hash : $"{hash}-partly"
        );
        try
        {
            var written = await client.ApplyAsync(intent, _write with { Uid = before.Uid }, cancellationToken);
            return new WriteResult(KindOf(written, before), written, deviations);
        }
        catch (KubernetesApiException e) when (ImmutableFields.Of(e, live, intent) is { Count: > 0 } fields)
        {
            if (!ClaimPlan.SelectsPodsOf(live, desired))
            {
                // The new one would never find the old one's pods, which hold their names.
                throw new ImmutableFieldException(reference, fields, e);
            }

            logger.LogInformation(
                "{Object} is created anew for {Fields}; its pods {Pods}",
                reference,
                string.Join(", ", fields),
                plan.KeepsPods ? "go on" : "are replaced, for their claims are others"
            );
            var written = await RecreateAsync(
                intent,
                reference,
                before,
                plan.KeepsPods ? "Orphan" : "Background",
                cancellationToken
            );
            return new WriteResult(WriteKind.Recreated, written, deviations);
        }
    }

    private async Task<KubernetesObject> RecreateAsync(
        KubernetesObject intent,
        ObjectRef reference,
        ObjectMeta before,
        string propagation,
        CancellationToken cancellationToken
    )
    {
        var delete = new DeleteRequest { Uid = before.Uid, PropagationPolicy = propagation };
        await client.DeleteAsync(reference.Type, reference.Key, delete, cancellationToken);
        var started = time.GetTimestamp();
        var pause = TimeSpan.FromMilliseconds(100);
        while (await _reader.FindMetadataAsync(reference, cancellationToken) is { } there)
        {
            if (there.Uid != before.Uid)
            {
                throw new ReplacedObjectException(reference);
            }

            if (time.GetElapsedTime(started) > options.RecreateTimeout)
            {
                throw new TimeoutException(
                    $"it was deleted to be created anew and is still there after {options.RecreateTimeout}; "
                        + "look at its metadata.finalizers."
                );
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = pause < TimeSpan.FromSeconds(1) ? pause * 2 : pause;
        }

        return await client.ApplyAsync(intent, _create, cancellationToken);
    }

    private static WriteKind KindOf(KubernetesObject written, ObjectMeta before) =>
        written.Metadata.ResourceVersion == before.ResourceVersion ? WriteKind.Unchanged : WriteKind.Updated;

    private KubernetesObject WithHash(KubernetesObject desired, string hash)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in desired.Metadata.Annotations ?? new Dictionary<string, string>())
        {
            annotations[name] = value;
        }

        annotations[hashAnnotation] = hash;
        return desired with { Metadata = desired.Metadata with { Annotations = annotations } };
    }
}
