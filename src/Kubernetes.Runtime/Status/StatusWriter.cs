using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;

namespace Kubernetes.Runtime.Status;

/// <summary>Writes a status when, and only when, it says something new.</summary>
/// <remarks>
/// It remembers what it wrote until the cache has caught up, so that a decision is never taken on a status that it has
/// itself replaced a moment ago.
/// </remarks>
/// <param name="client">The server.</param>
/// <param name="fieldManager">Who owns the written fields.</param>
/// <param name="time">The clock; null: the system's.</param>
/// <param name="metrics">Where writes are counted; null: nowhere.</param>
public sealed class StatusWriter(
    IKubernetesClient client,
    string fieldManager,
    TimeProvider? time = null,
    RuntimeMetrics? metrics = null
)
{
    private static readonly TimeSpan LongestLag = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly WriteOptions _write = new() { FieldManager = fieldManager, Subresource = "status" };
    private readonly ConcurrentDictionary<string, Written> _written = new(StringComparer.Ordinal);
    private int _forgetting;

    /// <summary>How many statuses it remembers.</summary>
    internal int Remembered => _written.Count;

    /// <summary>
    /// Makes the object's whole status be <paramref name="desiredStatus"/>. One merge patch carries the fields that
    /// differ, with null for those that are no longer there. It counts only for the version that the status was compared
    /// with: what somebody else wrote meanwhile is not overwritten unseen.
    /// </summary>
    /// <param name="live">The object as the cache has it.</param>
    /// <param name="desiredStatus">A JSON object.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <returns>
    /// True when the server was written to. False when the status says the same already (key order, null against
    /// missing, and <c>lastTransitionTime</c> of conditions whose status stays do not count), or the object is gone.
    /// </returns>
    /// <exception cref="KubernetesApiException">
    /// As all requests; <see cref="KubernetesErrorKind.Conflict"/> when the object changed since it was read: try again
    /// once the cache has it.
    /// </exception>
    public async Task<bool> WriteAsync<T>(T live, JsonElement desiredStatus, CancellationToken cancellationToken)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var (version, current) = CurrentOf(live);
        if (StatusDiff.Of(current, desiredStatus, version) is not { } patch)
        {
            metrics?.Statuses.Unchanged();
            return false;
        }

        T result;
        try
        {
            result = await client.PatchAsync<T>(live.Key, Patch.Merge(patch), _write, cancellationToken);
        }
        catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.NotFound)
        {
            metrics?.Statuses.Gone();
            return false;
        }
        catch
        {
            metrics?.Statuses.Failed();
            throw;
        }

        metrics?.Statuses.Written();
        Remember(result);
        return true;
    }

    /// <summary>As the other overload, for a typed status.</summary>
    public Task<bool> WriteAsync<T, TStatus>(
        T live,
        TStatus desiredStatus,
        JsonTypeInfo<TStatus> statusType,
        CancellationToken cancellationToken
    )
        where T : KubernetesObject, IKubernetesObject<T> =>
        WriteAsync(live, JsonSerializer.SerializeToElement(desiredStatus, statusType), cancellationToken);

    private (string? Version, JsonElement? Status) CurrentOf<T>(T live)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        if (live.Metadata.Uid is { } uid && _written.TryGetValue(uid, out var written))
        {
            // A cache that is behind for longer follows a server that went back to older versions: a restored backup.
            if (
                _time.GetElapsedTime(written.At) < LongestLag
                && ResourceVersions.IsOlder(live.Metadata.ResourceVersion, written.Version)
            )
            {
                return (written.Version, written.Status);
            }

            _written.TryRemove(uid, out _);
        }

        return (live.Metadata.ResourceVersion, StatusOf(live));
    }

    private static JsonElement? StatusOf<T>(T value)
        where T : KubernetesObject, IKubernetesObject<T> =>
        // A copy: the part would keep the whole object in memory.
        JsonSerializer.SerializeToElement(value, T.JsonTypeInfo).TryGetProperty("status", out var status)
            ? status.Clone()
            : null;

    private void Remember<T>(T result)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        if (result.Metadata is { Uid: { } uid, ResourceVersion: { } version })
        {
            _written[uid] = new Written(version, StatusOf(result), _time.GetTimestamp());
            if (Interlocked.Exchange(ref _forgetting, 1) == 0)
            {
                _ = ForgetAsync();
            }
        }
    }

    /// <summary>
    /// Nobody asks again about an object that is gone, or about which there is nothing to write: what is remembered of
    /// thousands of them would stay.
    /// </summary>
    private async Task ForgetAsync()
    {
        do
        {
            await Task.Delay(LongestLag, _time);
            foreach (var (uid, written) in _written)
            {
                if (_time.GetElapsedTime(written.At) >= LongestLag)
                {
                    _written.TryRemove(KeyValuePair.Create(uid, written));
                }
            }

            Volatile.Write(ref _forgetting, 0);
        } while (!_written.IsEmpty && Interlocked.Exchange(ref _forgetting, 1) == 0);
    }

    private sealed record Written(string Version, JsonElement? Status, long At);
}
