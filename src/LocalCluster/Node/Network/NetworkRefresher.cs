namespace LocalCluster.Node.Network;

/// <summary>Brings listeners and hosts files up to date soon after Services or endpoints changed, many changes at once.</summary>
internal sealed class NetworkRefresher(ServiceProxy proxy, HostsFiles hosts) : IDisposable
{
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
                await requested.WaitAsync(cancellationToken);
                proxy.Refresh();
                hosts.Refresh();
            }
        }
        catch (OperationCanceledException) { }
    }
}
