using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>Decides from memory and cache alone whether an object needs a write.</summary>
internal sealed class KnownState(string hashAnnotation, ApplySetOptions options, TimeProvider time)
{
    /// <summary>
    /// True when the live object needs no write: it has not changed since it was last as wanted, or only in ways that
    /// do not concern us; or, after a restart, it carries the hash of what is wanted and still says all of it.
    /// </summary>
    public bool IsAsWanted(
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
            var isLag = applied is { Seen: false } && time.GetElapsedTime(applied.At) < options.CacheLag;
            if (isLag)
            {
                outcome.Recheck(options.CacheLag);
            }

            return isLag && IsStillTrue(applied!, outcome);
        }

        // Once the cache has had our version, an older one is news: the server went back to a backup. Until then it may
        // also show the object that was there before ours.
        if (
            applied is { Seen: false }
            && time.GetElapsedTime(applied.At) < options.CacheLag
            && ResourceVersions.IsOlder(live.Metadata.ResourceVersion, applied.Version)
        )
        {
            return IsStillTrue(applied, outcome);
        }

        if (
            applied is not null
            && applied.Uid == live.Metadata.Uid
            && (
                applied.Version == live.Metadata.ResourceVersion
                || (applied.Content is not null && applied.Content == ContentHash.OfLive(live))
            )
        )
        {
            if (!applied.Seen || applied.Version != live.Metadata.ResourceVersion)
            {
                memory.Applied[reference] = applied with { Version = live.Metadata.ResourceVersion, Seen = true };
            }

            return IsStillTrue(applied, outcome);
        }

        if (live.Metadata.Annotations?.GetValueOrDefault(hashAnnotation) != hash || !SaysAllOf(live, desired))
        {
            return false;
        }

        memory.Applied[reference] = Applied.From(hash, live, time.GetTimestamp(), seen: true);
        return true;
    }

    /// <summary>What could not be given is told each time, and tried again now and then: a claim may have become expandable.</summary>
    private bool IsStillTrue(Applied applied, ApplyOutcome outcome)
    {
        if (applied.Deviations.Count == 0)
        {
            return true;
        }

        var age = time.GetElapsedTime(applied.At);
        if (age >= options.DeviationRetry)
        {
            return false;
        }

        outcome.Deviate(applied.Deviations, options.DeviationRetry - age);
        return true;
    }

    private static bool SaysAllOf(KubernetesObject live, KubernetesObject desired)
    {
        using var liveJson = JsonDocument.Parse(live.ToUtf8Json());
        using var desiredJson = JsonDocument.Parse(desired.ToUtf8Json());
        return Superset.Of(liveJson.RootElement, desiredJson.RootElement);
    }
}
