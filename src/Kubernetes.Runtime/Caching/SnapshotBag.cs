using System.Collections;
using System.Diagnostics.CodeAnalysis;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Caching;

/// <summary>
/// Objects by key whose <see cref="Snapshot"/> costs next to nothing: values lie in chunks that a snapshot shares, and
/// the first write to a chunk after a snapshot copies that chunk alone. A change among 20,000 objects between two
/// snapshots so copies a few hundred references, not 20,000. Not thread-safe; snapshots are immutable.
/// </summary>
internal sealed class SnapshotBag<T>
    where T : class
{
    private const int ChunkBits = 8;
    private const int ChunkSize = 1 << ChunkBits;
    private const int ChunkMask = ChunkSize - 1;
    private const int SmallestChunk = 4;

    private readonly Dictionary<ObjectKey, int> _slots = [];
    private ObjectKey[] _keys = new ObjectKey[SmallestChunk];
    private T?[][] _chunks = [];
    private bool[] _chunkShared = [];
    private bool _chunksShared;
    private SnapshotList? _snapshot;

    public int Count => _slots.Count;

    public IEnumerable<ObjectKey> Keys => _slots.Keys;

    public bool TryGet(ObjectKey key, [NotNullWhen(true)] out T? value)
    {
        if (_slots.TryGetValue(key, out var slot))
        {
            value = _chunks[slot >> ChunkBits][slot & ChunkMask]!;
            return true;
        }

        value = null;
        return false;
    }

    public void Set(ObjectKey key, T value)
    {
        if (!_slots.TryGetValue(key, out var slot))
        {
            slot = _slots.Count;
            _slots.Add(key, slot);
            if (slot == _keys.Length)
            {
                Array.Resize(ref _keys, slot * 2);
            }

            _keys[slot] = key;
            MakeRoomFor(slot);
        }

        Write(slot, value);
    }

    public bool Remove(ObjectKey key)
    {
        if (!_slots.Remove(key, out var slot))
        {
            return false;
        }

        var last = _slots.Count;
        if (slot != last)
        {
            var moved = _keys[last];
            _keys[slot] = moved;
            _slots[moved] = slot;
            Write(slot, _chunks[last >> ChunkBits][last & ChunkMask]);
        }

        _keys[last] = default;
        Write(last, null);
        return true;
    }

    /// <summary>The values in no particular order, as they are now and will stay.</summary>
    public IReadOnlyCollection<T> Snapshot()
    {
        if (_snapshot is null)
        {
            _snapshot = new SnapshotList(_chunks, Count);
            _chunksShared = true;
            Array.Fill(_chunkShared, value: true);
        }

        return _snapshot;
    }

    private void MakeRoomFor(int slot)
    {
        var chunk = slot >> ChunkBits;
        if (chunk == _chunks.Length)
        {
            _snapshot = null;
            Array.Resize(ref _chunks, chunk + 1);
            Array.Resize(ref _chunkShared, chunk + 1);
            _chunksShared = false;
            _chunks[chunk] = new T?[chunk == 0 ? SmallestChunk : ChunkSize];
        }
        else if ((slot & ChunkMask) == _chunks[chunk].Length)
        {
            var larger = new T?[_chunks[chunk].Length * 2];
            _chunks[chunk].CopyTo(larger, 0);
            OwnChunks();
            _chunks[chunk] = larger;
            _chunkShared[chunk] = false;
        }
    }

    private void Write(int slot, T? value)
    {
        var chunk = slot >> ChunkBits;
        OwnChunks();
        if (_chunkShared[chunk])
        {
            _chunks[chunk] = (T?[])_chunks[chunk].Clone();
            _chunkShared[chunk] = false;
        }

        _chunks[chunk][slot & ChunkMask] = value;
    }

    private void OwnChunks()
    {
        _snapshot = null;
        if (_chunksShared)
        {
            _chunks = (T?[][])_chunks.Clone();
            _chunksShared = false;
        }
    }

    private sealed class SnapshotList(T?[][] chunks, int count) : IReadOnlyList<T>
    {
        public int Count => count;

        public T this[int index]
        {
            get
            {
                ArgumentOutOfRangeException.ThrowIfNegative(index);
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, count);
                return chunks[index >> ChunkBits][index & ChunkMask]!;
            }
        }

        public IEnumerator<T> GetEnumerator()
        {
            for (var i = 0; i < count; i++)
            {
                yield return chunks[i >> ChunkBits][i & ChunkMask]!;
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
