namespace LocalCluster.ApiServer.Storage;

/// <summary>The one counter that all resource versions of a server come from.</summary>
internal sealed class VersionCounter
{
    private long current = 1;

    public long Current => Interlocked.Read(ref current);

    public long Next() => Interlocked.Increment(ref current);
}
