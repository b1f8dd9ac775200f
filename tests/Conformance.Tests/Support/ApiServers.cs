using Conformance.Tests.Support;
using Kubernetes.Client;
using LocalCluster;
using Testing.Servers;

[assembly: AssemblyFixture(typeof(ApiServers))]

namespace Conformance.Tests.Support;

/// <summary>
/// The API servers that every test runs on: LocalCluster's, and that of the cluster which <c>BINNACLE_TEST_KUBECONFIG</c>
/// names, if it does.
/// </summary>
public sealed class ApiServers : IAsyncLifetime
{
    private ServerClients? servers;

    /// <summary>A test's parameter: each server there is.</summary>
    public static TheoryData<string> All => [.. Names];

    /// <summary>The names of the servers there are.</summary>
    public static IReadOnlyList<string> Names => ServerClients.Names;

    public async ValueTask InitializeAsync() =>
        servers = await ServerClients.StartAsync(
            deadline =>
                LocalClusterHost.StartAsync(new LocalClusterOptions { Parts = [new ControllersPart()] }, deadline),
            cluster => cluster.KubeconfigPath
        );

    public async ValueTask DisposeAsync()
    {
        if (servers is not null)
        {
            await servers.DisposeAsync();
        }
    }

    /// <summary>An administrator's kubeconfig of a server.</summary>
    public string Kubeconfig(string name) => servers!.Kubeconfig(name);

    /// <summary>Opens a server for one test, with a namespace of its own that goes with it.</summary>
    public async Task<Api> OpenAsync(string name)
    {
        var api = new Api(
            servers![name],
            ServerClients.IsReal(name),
            KubernetesClientConfiguration.Load(Kubeconfig(name))
        );
        await api.StartAsync();
        return api;
    }
}
