using Kubernetes.Client;

namespace Testing.Servers;

/// <summary>
/// The servers that a test runs on, with a client each: one that the tests start, and that of the cluster which
/// <c>BINNACLE_TEST_KUBECONFIG</c> names, if it does.
/// </summary>
public sealed class ServerClients : IAsyncDisposable
{
    private const string Variable = "BINNACLE_TEST_KUBECONFIG";
    private const string Local = "LocalCluster";
    private const string Real = "real";

    private readonly Dictionary<string, (KubernetesClient Client, string Kubeconfig)> _servers = [];
    private readonly IAsyncDisposable _cluster;

    private ServerClients(IAsyncDisposable cluster) => _cluster = cluster;

    /// <summary>What the servers are called that there are.</summary>
    public static IReadOnlyList<string> Names => RealKubeconfig is null ? [Local] : [Local, Real];

    /// <summary>All clients.</summary>
    public IEnumerable<KubernetesClient> All => _servers.Values.Select(server => server.Client);

    private static string? RealKubeconfig =>
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } kubeconfig ? kubeconfig : null;

    /// <summary>True for the server that the tests did not start.</summary>
    public static bool IsReal(string name) => name == Real;

    /// <summary>Starts the server of the tests and connects to both.</summary>
    /// <param name="start">Starts it.</param>
    /// <param name="kubeconfigOf">Its administrator's kubeconfig.</param>
    public static async Task<ServerClients> StartAsync<TCluster>(
        Func<CancellationToken, Task<TCluster>> start,
        Func<TCluster, string> kubeconfigOf
    )
        where TCluster : IAsyncDisposable
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        var cluster = await start(deadline.Token);
        var servers = new ServerClients(cluster);
        servers.Add(Local, kubeconfigOf(cluster));
        if (RealKubeconfig is { } kubeconfig)
        {
            servers.Add(Real, kubeconfig);
        }

        return servers;
    }

    /// <summary>The client of a server.</summary>
    public KubernetesClient this[string name] => _servers[name].Client;

    /// <summary>An administrator's kubeconfig of a server.</summary>
    public string Kubeconfig(string name) => _servers[name].Kubeconfig;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var client in All)
        {
            client.Dispose();
        }

        await _cluster.DisposeAsync();
    }

    private void Add(string name, string kubeconfig) =>
        _servers[name] = (new KubernetesClient(KubernetesClientConfiguration.Load(kubeconfig)), kubeconfig);
}
