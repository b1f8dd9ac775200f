namespace LocalCluster.Node.Network;

/// <summary>
/// Brings listeners and hosts files up to date soon after Services or endpoints changed, many changes at once; and the
/// listeners alone from time to time, for programs that end or begin to listen while their pods stay ready.
/// </summary>
internal sealed class NetworkRefresher(ServiceProxy proxy, HostsFiles hosts) : IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim requested = new(0, 1);
    private readonly Lock gate = new();

    public void Request()
    {
        lock (gate)
        {
            if (requested.CurrentCount == 0)
            {
                requested.Release();
            }
        }
    }

    public void Dispose() => requested.Dispose();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var isRequested = await requested.WaitAsync(LookEvery, cancellationToken);
                proxy.Refresh();
                if (isRequested)
                {
                    hosts.Refresh();
                }
            }
        }
        catch (OperationCanceledException) { }
    }
}
