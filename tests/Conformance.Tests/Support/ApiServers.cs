using Conformance.Tests.Support;
using Kubernetes.Client;
using LocalCluster;

[assembly: AssemblyFixture(typeof(ApiServers))]

namespace Conformance.Tests.Support;

/// <summary>
/// The API servers that every test runs on: LocalCluster's, and that of the cluster which <c>BINNACLE_TEST_KUBECONFIG</c>
/// names, if it does.
/// </summary>
public sealed class ApiServers : IAsyncLifetime
{
    private const string Variable = "BINNACLE_TEST_KUBECONFIG";
    private const string Local = "LocalCluster";
    private const string Real = "real";

    private readonly Dictionary<string, KubernetesClient> clients = [];
    private LocalClusterHost? cluster;

    /// <summary>A test's parameter: each server there is.</summary>
    public static TheoryData<string> All
    {
        get
        {
            var names = new TheoryData<string>();
            names.AddRange(Names.ToArray());
            return names;
        }
    }

    /// <summary>The names of the servers there are.</summary>
    public static IReadOnlyList<string> Names =>
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)) ? [Local] : [Local, Real];

    public async ValueTask InitializeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        cluster = await LocalClusterHost.StartAsync(
            new LocalClusterOptions { Parts = [new ControllersPart()] },
            deadline.Token
        );
        clients[Local] = new(KubernetesClientConfiguration.Load(cluster.KubeconfigPath));
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } kubeconfig)
        {
            clients[Real] = new(KubernetesClientConfiguration.Load(kubeconfig));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values)
        {
            client.Dispose();
        }

        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
    }

    /// <summary>An administrator's kubeconfig of a server.</summary>
    public string Kubeconfig(string name) =>
        name == Real ? Environment.GetEnvironmentVariable(Variable)! : cluster!.KubeconfigPath;

    private string Address(string name) => KubernetesClientConfiguration.Load(Kubeconfig(name)).Server.ToString();

    /// <summary>Opens a server for one test, with a namespace of its own that goes with it.</summary>
    public async Task<Api> OpenAsync(string name)
    {
        var api = new Api(
            clients[name],
            name == Real,
            Address(name),
            KubernetesClientConfiguration.Load(Kubeconfig(name))
        );
        await api.StartAsync();
        return api;
    }
}
