using Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Caching;

/// <summary>Objects by the values that a function finds in them. Guarded by the store's lock.</summary>
internal sealed class StoreIndex<T>(string name, Func<T, IEnumerable<string>> values, ILogger logger)
    where T : KubernetesObject
{
    private readonly Dictionary<string, SnapshotBag<T>> _buckets = new(StringComparer.Ordinal);

    public IReadOnlyCollection<T> Find(string value) =>
        _buckets.TryGetValue(value, out var bucket) ? bucket.Snapshot() : [];

    public void Add(ObjectKey key, T value)
    {
        foreach (var bucket in ValuesOf(value))
        {
            Put(bucket, key, value);
        }
    }

    public void Change(ObjectKey key, T? old, T? value)
    {
        var before = old is null ? [] : ValuesOf(old);
        var after = value is null ? [] : ValuesOf(value);
        foreach (var bucket in before)
        {
            if (!after.Contains(bucket))
            {
                Take(bucket, key);
            }
        }

        foreach (var bucket in after)
        {
            Put(bucket, key, value!);
        }
    }

    private void Put(string bucket, ObjectKey key, T value)
    {
        if (!_buckets.TryGetValue(bucket, out var objects))
        {
            objects = new SnapshotBag<T>();
            _buckets.Add(bucket, objects);
        }

        objects.Set(key, value);
    }

    private void Take(string bucket, ObjectKey key)
    {
        if (_buckets.TryGetValue(bucket, out var objects) && objects.Remove(key) && objects.Count == 0)
        {
            _buckets.Remove(bucket);
        }
    }

    private string[] ValuesOf(T value)
    {
        try
        {
            return [.. values(value).Distinct(StringComparer.Ordinal)];
        }
        catch (Exception e)
        {
            logger.LogError(e, "Index '{Index}' failed on {Kind} {Key}", name, typeof(T).Name, value.Key);
            return [];
        }
    }
}
