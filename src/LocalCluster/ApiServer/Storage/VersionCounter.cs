namespace LocalCluster.ApiServer.Storage;

/// <summary>The one counter that all resource versions of a server come from.</summary>
internal sealed class VersionCounter(long start = 1)
{
    // More than a machine writes in the moment before its writes are on the disk.
    private const long Leap = 100_000;

    private long current = start;
    private long lostAfter = long.MaxValue;
    private long lostUntil = long.MaxValue;

    public long Current => Interlocked.Read(ref current);

    public long Next() => Interlocked.Increment(ref current);

    /// <summary>
    /// Goes on after a restart, well above the last version that is known: no version means two things, even when the
    /// machine went down with writes that were told of but not on the disk.
    /// </summary>
    public void ContinueAfter(long last)
    {
        (lostAfter, lostUntil) = (last, last + Leap);
        Interlocked.Exchange(ref current, last + Leap);
    }

    /// <summary>True for a version of before a restart that nothing is known of any more.</summary>
    public bool WasLost(long version) => version > lostAfter && version < lostUntil;
}
