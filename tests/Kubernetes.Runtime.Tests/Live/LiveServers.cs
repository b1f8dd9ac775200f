using Kubernetes.Client;
using Kubernetes.Models;
using LocalCluster;
using Testing.Servers;

namespace Kubernetes.Runtime.Tests.Live;

/// <summary>The servers that the runtime is proven on; LocalCluster with its workload controllers.</summary>
public sealed class LiveServers : IAsyncLifetime
{
    private ServerClients? _servers;

    public static TheoryData<string> All => [.. ServerClients.Names];

    public async ValueTask InitializeAsync() =>
        _servers = await ServerClients.StartAsync(
            ct => LocalClusterHost.StartAsync(new LocalClusterOptions { Parts = [new ControllersPart()] }, ct),
            cluster => cluster.KubeconfigPath
        );

    public ValueTask DisposeAsync() => _servers?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>A server for one test, with a namespace of its own that goes with it.</summary>
    internal async Task<LiveServer> OpenAsync(string name)
    {
        var server = new LiveServer(
            _servers![name],
            ServerClients.IsReal(name),
            $"runtime-{Guid.NewGuid().ToString("N")[..8]}"
        );
        await server.ApplyAsync("{apiVersion: v1, kind: Namespace, metadata: {name: NS}}");
        return server;
    }
}

/// <summary>A server as one test uses it.</summary>
internal sealed class LiveServer(KubernetesClient client, bool isReal, string @namespace)
    : TestServer(client, isReal, new Dictionary<string, string> { ["NS"] = @namespace })
{
    public string Namespace => @namespace;

    public ObjectKey Key(string name) => new(Namespace, name);

    /// <summary>A StorageClass; its name.</summary>
    public async Task<string> StorageClassAsync(bool expands)
    {
        var name = $"{Namespace}-{(expands ? "grow" : "fixed")}";
        await StorageClassAsync(name, expands);
        return name;
    }

    public Task BindAsync(string claim, string storageClass) => BindAsync(Key(claim), storageClass);

    public async Task<T> FoundAsync<T>(string name)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        T? found = null;
        await UntilAsync(
            async () => (found = await Client.FindAsync<T>(Key(name), Token)) is not null,
            $"{T.ResourceType.Kind} {name} is there"
        );
        return found!;
    }
}
