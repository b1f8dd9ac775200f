using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Tests.Fakes;
using LocalCluster;

namespace Kubernetes.Runtime.Tests.Live;

/// <summary>
/// The servers that the runtime is proven on: LocalCluster with its workload controllers, and the cluster that
/// <c>BINNACLE_TEST_KUBECONFIG</c> names, if it does.
/// </summary>
public sealed class LiveServers : IAsyncLifetime
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
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        _cluster = await LocalClusterHost.StartAsync(
            new LocalClusterOptions { Parts = [new ControllersPart()] },
            deadline.Token
        );
        _clients[Local] = new KubernetesClient(KubernetesClientConfiguration.Load(_cluster.KubeconfigPath));
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } kubeconfig)
        {
            _clients[Real] = new KubernetesClient(KubernetesClientConfiguration.Load(kubeconfig));
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

    /// <summary>A server for one test, with a namespace of its own that goes with it.</summary>
    internal async Task<LiveServer> OpenAsync(string name)
    {
        var server = new LiveServer(_clients[name], name == Real);
        await server.StartAsync();
        return server;
    }
}

/// <summary>A server as one test uses it.</summary>
internal sealed class LiveServer(KubernetesClient client, bool isReal) : IAsyncDisposable
{
    private static readonly WriteOptions Write = new() { FieldManager = "test" };

    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(2));
    private readonly List<(ResourceType Type, ObjectKey Key)> _clusterScoped = [];

    public KubernetesClient Client => client;

    public string Namespace { get; } = $"runtime-{Guid.NewGuid().ToString("N")[..8]}";

    public CancellationToken Token => _deadline.Token;

    public Task StartAsync() =>
        client.CreateAsync(new Namespace { Metadata = new ObjectMeta { Name = Namespace } }, Write, Token);

    public async ValueTask DisposeAsync()
    {
        await client.DeleteAsync<Namespace>(new ObjectKey("", Namespace), new DeleteRequest(), CancellationToken.None);
        foreach (var (type, key) in _clusterScoped)
        {
            await client.DeleteAsync(type, key, new DeleteRequest(), CancellationToken.None);
        }

        _deadline.Dispose();
    }

    public ObjectKey Key(string name) => new(Namespace, name);

    /// <summary>Creates from YAML; <c>NS</c> stands for the test's namespace.</summary>
    public async Task ApplyAsync(string yaml, string manager = "test")
    {
        foreach (var value in Manifests.Parse(yaml.Replace("NS", Namespace, StringComparison.Ordinal)))
        {
            if (string.IsNullOrEmpty(value.Metadata.Namespace))
            {
                var type = await client.DiscoverAsync(value.ApiVersion, value.Kind, Token);
                _clusterScoped.Add((type.ShouldNotBeNull(), value.Key));
            }

            _ = await client.ApplyAsync(value, new WriteOptions { FieldManager = manager, Force = true }, Token);
        }
    }

    /// <summary>A StorageClass; its name.</summary>
    public async Task<string> StorageClassAsync(bool expands)
    {
        var name = $"{Namespace}-{(expands ? "grow" : "fixed")}";
        await ApplyAsync(
            $$"""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: {{name}}}
            provisioner: example.com/none
            allowVolumeExpansion: {{(expands ? "true" : "false")}}
            """
        );
        return name;
    }

    /// <summary>Waits until a claim has a volume, which on a real server without a provisioner the test makes.</summary>
    public async Task BindAsync(string claim, string storageClass)
    {
        if (isReal)
        {
            await ApplyAsync(
                $$"""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: NS-{{claim}}}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  storageClassName: {{storageClass}}
                  hostPath: {path: /nonexistent}
                  claimRef: {namespace: NS, name: {{claim}}}
                """
            );
        }

        await UntilAsync(
            async () =>
                (await client.FindAsync<PersistentVolumeClaim>(Key(claim), Token))?.Status?.Phase == "Bound",
            $"{claim} is bound"
        );
    }

    public async Task<T> FoundAsync<T>(string name)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        T? found = null;
        await UntilAsync(
            async () => (found = await client.FindAsync<T>(Key(name), Token)) is not null,
            $"{T.ResourceType.Kind} {name} is there"
        );
        return found!;
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = DateTime.UtcNow.AddSeconds(60);
        while (!await condition())
        {
            (DateTime.UtcNow < deadline).ShouldBeTrue($"waited for a minute: {what}");
            await Task.Delay(50);
        }
    }
}
