using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Client;
using Kubernetes.Models;
using LocalCluster;
using Testing;

namespace Binnacle.Operator.Tests.Lifecycle;

/// <summary>
/// The servers on which a stack's life is followed, with the five kinds installed: LocalCluster with its workload
/// controllers, and the cluster that <c>BINNACLE_TEST_KUBECONFIG</c> names, if it does. Neither needs a node.
/// </summary>
public sealed class StackServers : IAsyncLifetime
{
    private const string Variable = "BINNACLE_TEST_KUBECONFIG";
    private const string Local = "LocalCluster";
    private const string Real = "real";

    private readonly Dictionary<string, KubernetesClient> _clients = [];
    private LocalClusterHost? _cluster;

    public static TheoryData<string> All
    {
        get
        {
            var names = new TheoryData<string> { Local };
            if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Variable)))
            {
                names.Add(Real);
            }

            return names;
        }
    }

    public async ValueTask InitializeAsync()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        _cluster = await LocalClusterHost.StartAsync(
            new LocalClusterOptions { Parts = [new ControllersPart()] },
            deadline.Token
        );
        _clients[Local] = new KubernetesClient(KubernetesClientConfiguration.Load(_cluster.KubeconfigPath));
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } kubeconfig)
        {
            _clients[Real] = new KubernetesClient(KubernetesClientConfiguration.Load(kubeconfig));
        }

        foreach (var client in _clients.Values)
        {
            await InstalledKinds.InstallAsync(client, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        if (_cluster is not null)
        {
            await _cluster.DisposeAsync();
        }
    }

    internal async Task<StackServer> OpenAsync(string name)
    {
        var server = new StackServer(_clients[name], name == Real);
        await server.StartAsync();
        return server;
    }
}

/// <summary>A server as one test uses it: two namespaces of its own, one for a stack and one for a team.</summary>
internal sealed class StackServer(KubernetesClient client, bool isReal) : IAsyncDisposable
{
    private static readonly WriteOptions Write = new() { FieldManager = "test", Force = true };

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(4));
    private readonly string _id = $"t{Guid.NewGuid().ToString("N")[..8]}";

    public KubernetesClient Client => client;

    public string Home => $"home-{_id}";

    public string Team => $"team-{_id}";

    public ObjectKey Stack => new(Home, "main");

    public CancellationToken Token => _deadline.Token;

    public async Task StartAsync()
    {
        foreach (var name in new[] { Home, Team })
        {
            await ApplyAsync($"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {{run: {_id}}}}}}}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A stack whose operator is gone would hold its namespace.
        if (await client.FindAsync<Api.MonitoringStack>(Stack, CancellationToken.None) is { } stack)
        {
            await client.DeleteAsync<Api.MonitoringStack>(stack.Key, new DeleteRequest(), CancellationToken.None);
            await ReleaseAsync();
        }

        foreach (var name in new[] { Home, Team })
        {
            await client.DeleteAsync<Namespace>(new ObjectKey("", name), new DeleteRequest(), CancellationToken.None);
        }

        foreach (var volume in isReal ? await ListAsync<PersistentVolume>(null) : [])
        {
            if (volume.Metadata.Name?.StartsWith(Home, StringComparison.Ordinal) == true)
            {
                await client.DeleteAsync<PersistentVolume>(volume.Key, new DeleteRequest(), CancellationToken.None);
            }
        }

        _deadline.Dispose();
    }

    /// <summary>Takes the finalizers off the stack by hand.</summary>
    public async Task ReleaseAsync()
    {
        if (await client.FindAsync<Api.MonitoringStack>(Stack, CancellationToken.None) is not null)
        {
            var none = Patch.Merge("""{"metadata":{"finalizers":null}}"""u8.ToArray());
            await client.PatchAsync<Api.MonitoringStack>(Stack, none, new WriteOptions(), CancellationToken.None);
        }
    }

    /// <summary>Applies YAML; <c>HOME</c>, <c>TEAM</c> and <c>RUN</c> stand for the test's own names.</summary>
    public async Task ApplyAsync(string yaml)
    {
        var text = yaml.Replace("HOME", Home, StringComparison.Ordinal)
            .Replace("TEAM", Team, StringComparison.Ordinal)
            .Replace("RUN", _id, StringComparison.Ordinal);
        foreach (var value in Manifests.Parse(text))
        {
            _ = await client.ApplyAsync(value, Write, Token);
        }
    }

    public Task<Api.MonitoringStack> StackAsync() => client.GetAsync<Api.MonitoringStack>(Stack, Token);

    public async Task<Condition?> ConditionAsync(string type) =>
        (await StackAsync()).Status?.Conditions?.FirstOrDefault(condition => condition.Type == type);

    public async Task<IReadOnlyList<T>> ListAsync<T>(string? home)
        where T : KubernetesObject, IKubernetesObject<T> =>
        (await client.ListAsync<T>(new ListRequest { Namespace = home }, Token)).Items;

    /// <summary>Gives a claim a volume: on a real server without a provisioner the test makes it.</summary>
    public async Task BindAsync(string claim, string storageClass)
    {
        if (isReal)
        {
            await ApplyAsync(
                $$"""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: HOME-{{claim}}}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  storageClassName: {{storageClass}}
                  hostPath: {path: /nonexistent}
                  claimRef: {namespace: HOME, name: {{claim}}}
                """
            );
        }

        await UntilAsync(
            async () =>
                (await client.FindAsync<PersistentVolumeClaim>(new ObjectKey(Home, claim), Token))?.Status?.Phase
                == "Bound",
            $"{claim} is bound"
        );
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            TimeProvider.System.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(90), what);
            await Task.Delay(50);
        }
    }
}
