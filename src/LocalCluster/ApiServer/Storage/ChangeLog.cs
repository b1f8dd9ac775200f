namespace LocalCluster.ApiServer.Storage;

/// <summary>What a write did.</summary>
internal enum ChangeType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One write.</summary>
/// <param name="Type">What it did.</param>
/// <param name="Object">The object after it; for a deletion its last state, with the version of the deletion.</param>
/// <param name="Previous">The object before it.</param>
internal readonly record struct Change(ChangeType Type, StoredObject Object, StoredObject? Previous);

/// <summary>
/// The last writes of one resource, oldest first. Readers keep a position each, so that a write costs the same with one
/// reader as with a hundred; a reader that falls behind the oldest kept write is told so. Callers hold the store's lock.
/// </summary>
internal sealed class ChangeLog(long startVersion)
{
    /// <summary>Writes kept at most.</summary>
    public const int MaxEntries = 20_000;

    /// <summary>Bytes of objects kept at most (the newest write is always kept).</summary>
    public const long MaxBytes = 128 << 20;

    private Change[] ring = new Change[64];
    private long bytes;

    /// <summary>Position of the oldest kept write.</summary>
    public long First { get; private set; }

    /// <summary>Position that the next write will have.</summary>
    public long Next { get; private set; }

    /// <summary>The newest version whose write is no longer kept: a reader must have seen it.</summary>
    public long DroppedVersion { get; private set; } = startVersion;

    public Change this[long position] => ring[position % ring.Length];

    public void Append(in Change change)
    {
        if (Next - First == ring.Length && ring.Length < MaxEntries)
        {
            Grow();
        }

        bytes += change.Object.Utf8.Length;
        while (Next > First && (Next - First >= ring.Length || bytes > MaxBytes))
        {
            ref var oldest = ref ring[First % ring.Length];
            bytes -= oldest.Object.Utf8.Length;
            DroppedVersion = oldest.Object.ResourceVersion;
            oldest = default;
            First++;
        }

        ring[Next % ring.Length] = change;
        Next++;
    }

    /// <summary>Position of the first write after a version.</summary>
    public long PositionAfter(long version)
    {
        var (low, high) = (First, Next);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            if (this[middle].Object.ResourceVersion <= version)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    private void Grow()
    {
        var larger = new Change[Math.Min(ring.Length * 2, MaxEntries)];
        for (var position = First; position < Next; position++)
        {
            larger[position % larger.Length] = this[position];
        }

        ring = larger;
    }
}
