namespace Chaos.Clusters;

/// <summary>A cluster whose API server can be killed.</summary>
internal interface IChaosCluster : IAsyncDisposable
{
    /// <summary>For the table.</summary>
    string Name { get; }

    /// <summary>An administrator's kubeconfig.</summary>
    string Kubeconfig { get; }

    /// <summary>Ends the API server without a word, as the kernel does when memory is short.</summary>
    Task KillApiServerAsync(CancellationToken cancellation);

    /// <summary>Starts it as it was before.</summary>
    Task StartApiServerAsync(CancellationToken cancellation);
}
