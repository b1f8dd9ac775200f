using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Storage;

using Names = ImmutableSortedSet<StoredObject>;
using Namespaces = ImmutableSortedDictionary<string, ImmutableSortedSet<StoredObject>>;

/// <summary>
/// The objects of one resource. Writes compare and swap under a lock of the resource's own; reads take an immutable
/// snapshot and hold nothing up.
/// </summary>
internal sealed class ResourceStore(
    GroupResource resource,
    VersionCounter versions,
    IReadOnlyList<string[]> selectableFields,
    Journal? journal = null
)
{
    private static readonly Names NoNames = Names.Empty.WithComparer(StoredObject.ByName);

    private readonly Lock gate = new();
    private readonly ChangeLog log = new(journal?.BaseVersion ?? versions.Current);
    private readonly List<Action<ResourceStore, Change>> handlers = [];
    private Namespaces objects = Namespaces.Empty.WithComparers(StringComparer.Ordinal);
    private TaskCompletionSource? changed;
    private bool closed;

    public GroupResource Resource { get; } = resource;

    /// <summary>Paths of the fields that field selectors may name, as JSON names.</summary>
    public IReadOnlyList<string[]> SelectableFields { get; } = selectableFields;

    /// <summary>
    /// Tells a handler of every write, in order and under the lock: it only takes note. Handlers are added before the
    /// first write.
    /// </summary>
    public void OnChange(Action<ResourceStore, Change> handler) => handlers.Add(handler);

    /// <summary>The object, or null.</summary>
    public StoredObject? Find(ObjectKey key) =>
        Volatile.Read(ref objects).TryGetValue(key.Namespace, out var names)
        && names.TryGetValue(StoredObject.Probe(key.Name), out var found)
            ? found
            : null;

    /// <summary>All objects at one version.</summary>
    public Snapshot TakeSnapshot()
    {
        lock (gate)
        {
            return new(objects, versions.Current);
        }
    }

    /// <summary>All objects as they were at an earlier version; null when the writes since are no longer kept.</summary>
    public Snapshot? SnapshotAt(long version)
    {
        lock (gate)
        {
            if (version < log.DroppedVersion || version > versions.Current || versions.WasLost(version))
            {
                return null;
            }

            var past = objects;
            for (
                var position = log.Next - 1;
                position >= log.First && log[position].Object.ResourceVersion > version;
                position--
            )
            {
                var change = log[position];
                var key = change.Object.Key;
                var names = past.GetValueOrDefault(key.Namespace, NoNames).Remove(StoredObject.Probe(key.Name));
                past = past.SetItem(key.Namespace, change.Previous is null ? names : names.Add(change.Previous));
            }

            return new(past, version);
        }
    }

    /// <summary>
    /// Writes <paramref name="value"/> in place of <paramref name="expected"/> (null: there must be none). Null when
    /// somebody else was faster.
    /// </summary>
    public StoredObject? TryWrite(ObjectKey key, StoredObject? expected, JsonObject value)
    {
        lock (gate)
        {
            var current = Find(key);
            if (!ReferenceEquals(current, expected) || closed)
            {
                return null;
            }

            var written = StoredObject.Freeze(key, value, versions.Next(), SelectableFields);
            var change = new Change(current is null ? ChangeType.Added : ChangeType.Modified, written, current);
            journal?.Append(Resource, change);
            Put(current, written);
            Publish(change);
            return written;
        }
    }

    /// <summary>Removes the object, whose last state is <paramref name="value"/>. Null when somebody else was faster.</summary>
    public StoredObject? TryRemove(StoredObject expected, JsonObject value)
    {
        lock (gate)
        {
            var key = expected.Key;
            if (!ReferenceEquals(Find(key), expected))
            {
                return null;
            }

            var last = StoredObject.Freeze(key, value, versions.Next(), SelectableFields);
            var change = new Change(ChangeType.Deleted, last, expected);
            journal?.Append(Resource, change);
            Take(expected);
            Publish(change);
            return last;
        }
    }

    /// <summary>
    /// Makes a write of an earlier run again, as it was. Those that watches may still ask for go into the log; everybody
    /// who follows the store hears of all.
    /// </summary>
    public void Restore(JournalEntry entry)
    {
        lock (gate)
        {
            var current = Find(entry.Key);
            var value = StoredObject.Thaw(entry.Key, entry.Utf8.ToArray(), entry.Version, SelectableFields);
            journal?.Share(Resource, value);
            if (entry.Kind != JournalEntryKind.Deleted)
            {
                Put(current, value);
            }
            else if (current is not null)
            {
                Take(current);
            }
            else
            {
                return;
            }

            var type =
                entry.Kind == JournalEntryKind.Deleted ? ChangeType.Deleted
                : current is null ? ChangeType.Added
                : ChangeType.Modified;
            Publish(new(type, value, current), isHistory: entry.Kind == JournalEntryKind.Kept);
        }
    }

    /// <summary>Ends all watches: the resource is no longer served.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Wake();
        }
    }

    /// <summary>A snapshot and the position right after it.</summary>
    public (Snapshot Snapshot, long Position) SnapshotAndPosition()
    {
        lock (gate)
        {
            return (new(objects, versions.Current), log.Next);
        }
    }

    /// <summary>Where to read on from a version.</summary>
    /// <exception cref="ApiException">410: the writes after it are not kept. 504: it lies in the future.</exception>
    public long PositionAfter(long version)
    {
        lock (gate)
        {
            if (version > versions.Current)
            {
                throw ApiException.TooLargeResourceVersion(version, versions.Current);
            }

            return version < log.DroppedVersion || versions.WasLost(version)
                ? throw ApiException.Expired($"too old resource version: {version} ({log.DroppedVersion})")
                : log.PositionAfter(version);
        }
    }

    /// <summary>Copies the writes from a position on, as many as fit.</summary>
    public ReadResult Read(long position, Span<Change> into)
    {
        lock (gate)
        {
            if (position < log.First)
            {
                return new(0, versions.Current, Behind: true, closed, Task.CompletedTask);
            }

            var count = (int)Math.Min(into.Length, log.Next - position);
            for (var i = 0; i < count; i++)
            {
                into[i] = log[position + i];
            }

            if (count > 0)
            {
                return new(count, versions.Current, Behind: false, Closed: false, Task.CompletedTask);
            }

            changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return new(0, versions.Current, Behind: false, closed, changed.Task);
        }
    }

    private void Put(StoredObject? current, StoredObject written)
    {
        var @namespace = written.Key.Namespace;
        var names = objects.GetValueOrDefault(@namespace, NoNames);
        names = (current is null ? names : names.Remove(current)).Add(written);
        Volatile.Write(ref objects, objects.SetItem(@namespace, names));
    }

    private void Take(StoredObject expected)
    {
        var @namespace = expected.Key.Namespace;
        var names = objects[@namespace].Remove(expected);
        Volatile.Write(ref objects, names.IsEmpty ? objects.Remove(@namespace) : objects.SetItem(@namespace, names));
    }

    private void Publish(in Change change, bool isHistory = false)
    {
        if (!isHistory)
        {
            log.Append(change);
        }

        foreach (var handler in handlers)
        {
            handler(this, change);
        }

        Wake();
    }

    private void Wake()
    {
        changed?.TrySetResult();
        changed = null;
    }

    /// <summary>What a read of the log gave.</summary>
    /// <param name="Count">Writes copied.</param>
    /// <param name="Version">The newest version of the server when nothing was left to copy.</param>
    /// <param name="Behind">The position is older than the oldest kept write.</param>
    /// <param name="Closed">No more writes will come.</param>
    /// <param name="More">Completes with the next write.</param>
    public readonly record struct ReadResult(int Count, long Version, bool Behind, bool Closed, Task More);
}

/// <summary>All objects of a resource at one version.</summary>
internal sealed record Snapshot(Namespaces Objects, long Version)
{
    /// <summary>The objects of a namespace (null: of all), ordered by namespace and name, after a key.</summary>
    public IEnumerable<StoredObject> Select(string? @namespace, ObjectKey? after)
    {
        if (@namespace is not null)
        {
            return Objects.TryGetValue(@namespace, out var found) ? InOrder(found, @namespace, after) : [];
        }

        return Objects
            .Where(entry => after is null || string.CompareOrdinal(entry.Key, after.Value.Namespace) >= 0)
            .SelectMany(entry => InOrder(entry.Value, entry.Key, after));
    }

    /// <summary>True when the object is there.</summary>
    public bool Contains(ObjectKey key) =>
        Objects.TryGetValue(key.Namespace, out var names) && names.Contains(StoredObject.Probe(key.Name));

    /// <summary>How many objects <see cref="Select"/> has.</summary>
    public int Count(string? @namespace, ObjectKey? after = null)
    {
        if (@namespace is not null)
        {
            return Objects.TryGetValue(@namespace, out var found) ? found.Count - Skipped(found, @namespace, after) : 0;
        }

        return Objects
            .Where(entry => after is null || string.CompareOrdinal(entry.Key, after.Value.Namespace) >= 0)
            .Sum(entry => entry.Value.Count - Skipped(entry.Value, entry.Key, after));
    }

    private static IEnumerable<StoredObject> InOrder(Names names, string @namespace, ObjectKey? after)
    {
        var skipped = Skipped(names, @namespace, after);
        if (skipped == 0)
        {
            return names;
        }

        return Enumerable.Range(skipped, names.Count - skipped).Select(index => names[index]);
    }

    private static int Skipped(Names names, string @namespace, ObjectKey? after)
    {
        if (after is not { } key || key.Namespace != @namespace)
        {
            return 0;
        }

        var index = names.IndexOf(StoredObject.Probe(key.Name));
        return index < 0 ? ~index : index + 1;
    }
}
