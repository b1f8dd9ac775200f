using Binnacle.Api;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Client;
using Kubernetes.Models;
using LocalCluster;
using Testing.Servers;

namespace Binnacle.Operator.Tests.Lifecycle;

/// <summary>
/// The servers on which a stack's life is followed, with the five kinds installed; LocalCluster with its workload
/// controllers. Neither needs a node.
/// </summary>
public sealed class StackServers : IAsyncLifetime
{
    private ServerClients? _servers;

    public static TheoryData<string> All => [.. ServerClients.Names];

    public async ValueTask InitializeAsync()
    {
        _servers = await ServerClients.StartAsync(
            ct => LocalClusterHost.StartAsync(new LocalClusterOptions { Parts = [new ControllersPart()] }, ct),
            cluster => cluster.KubeconfigPath
        );
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        foreach (var client in _servers.All)
        {
            await InstalledKinds.InstallAsync(client, deadline.Token);
        }
    }

    public ValueTask DisposeAsync() => _servers?.DisposeAsync() ?? ValueTask.CompletedTask;

    internal async Task<StackServer> OpenAsync(string name)
    {
        // A letter first: YAML must not take it for a number.
        var id = $"t{Guid.NewGuid().ToString("N")[..8]}";
        var server = new StackServer(_servers![name], ServerClients.IsReal(name), id);
        foreach (var home in new[] { "HOME", "TEAM" })
        {
            await server.ApplyAsync(
                $"{{apiVersion: v1, kind: Namespace, metadata: {{name: {home}, labels: {{run: RUN}}}}}}"
            );
        }

        return server;
    }
}

/// <summary>A server as one test uses it: two namespaces of its own, one for a stack and one for a team.</summary>
internal sealed class StackServer(KubernetesClient client, bool isReal, string id)
    : TestServer(
        client,
        isReal,
        new Dictionary<string, string>
        {
            ["HOME"] = $"home-{id}",
            ["TEAM"] = $"team-{id}",
            ["RUN"] = id,
        }
    )
{
    public string Home { get; } = $"home-{id}";

    public string Team { get; } = $"team-{id}";

    public ObjectKey Stack => new(Home, "main");

    public override async ValueTask DisposeAsync()
    {
        // A stack whose operator is gone would hold its namespace.
        if (await Client.FindAsync<MonitoringStack>(Stack, CancellationToken.None) is not null)
        {
            await Client.DeleteAsync<MonitoringStack>(Stack, new DeleteRequest(), CancellationToken.None);
            await ReleaseAsync();
        }

        await base.DisposeAsync();
    }

    public Task<MonitoringStack> StackAsync() => Client.GetAsync<MonitoringStack>(Stack, Token);

    public async Task<Condition?> ConditionAsync(string type) =>
        (await StackAsync()).Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    /// <summary>Takes the finalizers off the stack by hand.</summary>
    private async Task ReleaseAsync()
    {
        if (await Client.FindAsync<MonitoringStack>(Stack, CancellationToken.None) is not null)
        {
            var none = Patch.Merge("""{"metadata":{"finalizers":null}}"""u8.ToArray());
            await Client.PatchAsync<MonitoringStack>(Stack, none, new WriteOptions(), CancellationToken.None);
        }
    }
}
