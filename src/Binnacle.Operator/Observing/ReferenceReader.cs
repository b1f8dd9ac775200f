using System.Collections.Concurrent;
using System.Text;
using Binnacle.Rendering;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Observing;

/// <summary>
/// Reads the Secrets and ConfigMaps that resources refer to, one by one and only those: the operator holds none that
/// nobody named. What it has read is read again after a while.
/// </summary>
internal sealed class ReferenceReader(IKubernetesClient client, TimeProvider clock)
{
    /// <summary>How long an object that is there counts as fresh; a changed password arrives after this at the latest.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(60);

    /// <summary>How long an object that is missing counts as missing.</summary>
    public static readonly TimeSpan Missing = TimeSpan.FromSeconds(5);

    /// <summary>Nobody asked for it for so long: it is forgotten.</summary>
    private static readonly TimeSpan Unused = Fresh * 5;

    private readonly ConcurrentDictionary<ObjectKey, Read<Secret>> _secrets = new();
    private readonly ConcurrentDictionary<ObjectKey, Read<ConfigMap>> _configMaps = new();

    /// <summary>How many objects are held.</summary>
    public int Held => _secrets.Count + _configMaps.Count;

    /// <summary>Everything that the references lead to, and whether something is missing.</summary>
    /// <exception cref="KubernetesApiException">The server does not answer, and has not answered for it before.</exception>
    public async Task<(ReferencedContent Content, bool AnyMissing)> ReadAsync(
        IReadOnlyCollection<ContentKey> secrets,
        IReadOnlyCollection<ContentKey> configMaps,
        CancellationToken cancellationToken
    )
    {
        Sweep(_secrets);
        Sweep(_configMaps);
        if (secrets.Count + configMaps.Count == 0)
        {
            return (ReferencedContent.Empty, false);
        }

        var bytes = new Dictionary<ContentKey, byte[]>();
        var texts = new Dictionary<ContentKey, string>();
        foreach (var wanted in secrets.Distinct())
        {
            var secret = await FindAsync(_secrets, wanted, cancellationToken);
            if (secret?.Data?.GetValueOrDefault(wanted.Key) is { } content)
            {
                bytes[wanted] = content;
            }
        }

        foreach (var wanted in configMaps.Distinct())
        {
            var map = await FindAsync(_configMaps, wanted, cancellationToken);
            if (TextOf(map, wanted.Key) is { } text)
            {
                texts[wanted] = text;
            }
        }

        var anyMissing = bytes.Count < secrets.Distinct().Count() || texts.Count < configMaps.Distinct().Count();
        return (new ReferencedContent(bytes, texts), anyMissing);
    }

    private static string? TextOf(ConfigMap? map, string key) =>
        map?.Data?.GetValueOrDefault(key)
        ?? (map?.BinaryData?.GetValueOrDefault(key) is { } bytes ? Encoding.UTF8.GetString(bytes) : null);

    private async Task<T?> FindAsync<T>(
        ConcurrentDictionary<ObjectKey, Read<T>> cache,
        ContentKey wanted,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject<T>, IKubernetesObject<T>
    {
        var key = new ObjectKey(wanted.Namespace, wanted.Name);
        if (
            cache.TryGetValue(key, out var known)
            && clock.GetElapsedTime(known.At) < (known.Value is null ? Missing : Fresh)
        )
        {
            return known.Value;
        }

        T? value;
        try
        {
            value = await client.FindAsync<T>(key, cancellationToken);
        }
        catch (KubernetesApiException refusal) when (refusal.Kind == KubernetesErrorKind.Forbidden)
        {
            // As good as missing for the one that names it, and no reason to leave all others unrendered.
            value = null;
        }
        catch (KubernetesApiException) when (known is not null)
        {
            return known.Value;
        }

        cache[key] = new Read<T>(value, clock.GetTimestamp());
        return value;
    }

    /// <summary>What is named is read again each minute; the content of other Secrets is nothing to keep.</summary>
    private void Sweep<T>(ConcurrentDictionary<ObjectKey, Read<T>> cache)
    {
        foreach (var entry in cache)
        {
            if (clock.GetElapsedTime(entry.Value.At) >= Unused)
            {
                cache.TryRemove(entry);
            }
        }
    }

    private sealed record Read<T>(T? Value, long At);
}
