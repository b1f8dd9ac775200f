using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client;

/// <summary>
/// Which resource serves a kind, as the server says. A group version is read once, and again when a kind is not in it,
/// but not more often than once a second.
/// </summary>
/// <param name="read">Reads the kinds of a group version; null when the server does not have it.</param>
/// <param name="time">The clock of the rate limit.</param>
internal sealed class DiscoveryCache(
    Func<string, CancellationToken, Task<IReadOnlyDictionary<string, ResourceType>?>> read,
    TimeProvider time
) : IDisposable
{
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim oneReader = new(1, 1);
    private readonly Dictionary<string, Entry> groupVersions = [];

    /// <summary>The resource, or null when the server does not have the kind.</summary>
    public async Task<ResourceType?> FindAsync(string apiVersion, string kind, CancellationToken cancellationToken)
    {
        await oneReader.WaitAsync(cancellationToken);
        try
        {
            if (groupVersions.TryGetValue(apiVersion, out var entry))
            {
                if (entry.Kinds.TryGetValue(kind, out var known))
                {
                    return known;
                }
                if (time.GetElapsedTime(entry.ReadAt) < Period)
                {
                    return null;
                }
            }
            var kinds = await read(apiVersion, cancellationToken) ?? new Dictionary<string, ResourceType>();
            entry = new Entry(kinds, time.GetTimestamp());
            groupVersions[apiVersion] = entry;
            return entry.Kinds.GetValueOrDefault(kind);
        }
        finally
        {
            oneReader.Release();
        }
    }

    /// <summary>What was known of a group version is no longer true.</summary>
    public async Task ForgetAsync(string apiVersion, CancellationToken cancellationToken)
    {
        await oneReader.WaitAsync(cancellationToken);
        groupVersions.Remove(apiVersion);
        oneReader.Release();
    }

    public void Dispose() => oneReader.Dispose();

    /// <summary>Reads an <c>APIResourceList</c>. Subresources are left out.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static IReadOnlyDictionary<string, ResourceType> Parse(ReadOnlySpan<byte> utf8Json, string apiVersion)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion[..slash];
        var version = apiVersion[(slash + 1)..];
        var kinds = new Dictionary<string, ResourceType>();
        try
        {
            foreach (var resource in JsonElement.Parse(utf8Json).GetProperty("resources").EnumerateArray())
            {
                var name = resource.GetProperty("name").GetString()!;
                var kind = resource.GetProperty("kind").GetString()!;
                var namespaced = resource.GetProperty("namespaced").GetBoolean();
                if (!name.Contains('/', StringComparison.Ordinal))
                {
                    kinds.TryAdd(kind, new ResourceType(group, version, kind, name, namespaced));
                }
            }
        }
        catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException)
        {
            throw new JsonException($"not an APIResourceList: {e.Message}", e);
        }
        return kinds;
    }

    private sealed record Entry(IReadOnlyDictionary<string, ResourceType> Kinds, long ReadAt);
}
