using Kubernetes.Client;
using Kubernetes.Models;

namespace Testing.Servers;

/// <summary>A server as one test uses it. What the test makes outside of its namespaces goes with it.</summary>
/// <param name="client">The server.</param>
/// <param name="isReal">Nobody there makes volumes: the test does.</param>
/// <param name="names">Words in YAML → what they stand for in this test.</param>
public class TestServer(KubernetesClient client, bool isReal, IReadOnlyDictionary<string, string> names)
    : IAsyncDisposable
{
    private readonly CancellationTokenSource _deadline = new(TimeSpan.FromMinutes(4));
    private readonly List<(ResourceType Type, ObjectKey Key)> _clusterScoped = [];

    /// <summary>The server.</summary>
    public KubernetesClient Client => client;

    /// <summary>Fires when the test has taken too long.</summary>
    public CancellationToken Token => _deadline.Token;

    /// <summary>Applies YAML.</summary>
    public async Task ApplyAsync(string yaml, string manager = "test")
    {
        foreach (var (word, name) in names)
        {
            yaml = yaml.Replace(word, name, StringComparison.Ordinal);
        }

        foreach (var value in Manifests.Parse(yaml))
        {
            if (string.IsNullOrEmpty(value.Metadata.Namespace))
            {
                var type = await client.DiscoverAsync(value.ApiVersion, value.Kind, Token);
                _clusterScoped.Add((type ?? throw new InvalidOperationException($"no {value.Kind}"), value.Key));
            }

            _ = await client.ApplyAsync(value, new WriteOptions { FieldManager = manager, Force = true }, Token);
        }
    }

    /// <summary>Makes a StorageClass of that name.</summary>
    public Task StorageClassAsync(string name, bool expands) =>
        ApplyAsync(
            $$"""
            apiVersion: storage.k8s.io/v1
            kind: StorageClass
            metadata: {name: {{name}}}
            provisioner: example.com/none
            allowVolumeExpansion: {{(expands ? "true" : "false")}}
            """
        );

    /// <summary>Waits until a claim of 1Gi has a volume.</summary>
    public async Task BindAsync(ObjectKey claim, string storageClass)
    {
        if (isReal)
        {
            await ApplyAsync(
                $$"""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: {{claim.Namespace}}-{{claim.Name}}}
                spec:
                  capacity: {storage: 1Gi}
                  accessModes: [ReadWriteOnce]
                  storageClassName: {{storageClass}}
                  hostPath: {path: /nonexistent}
                  claimRef: {namespace: {{claim.Namespace}}, name: {{claim.Name}}}
                """
            );
        }

        await UntilAsync(
            async () => (await client.FindAsync<PersistentVolumeClaim>(claim, Token))?.Status?.Phase == "Bound",
            $"{claim} is bound"
        );
    }

    /// <summary>All objects of a kind in a namespace.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string home)
        where T : KubernetesObject, IKubernetesObject<T> =>
        (await client.ListAsync<T>(new ListRequest { Namespace = home }, Token)).Items;

    /// <summary>Asks until it is so; fails after 90 s.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > TimeSpan.FromSeconds(90))
            {
                throw new TimeoutException($"Waited for 90 s: {what}.");
            }

            await Task.Delay(50);
        }
    }

    /// <inheritdoc />
    public virtual async ValueTask DisposeAsync()
    {
        // Namespaces were made first; what is in them goes before what it used.
        foreach (var (type, key) in _clusterScoped)
        {
            await client.DeleteAsync(type, key, new DeleteRequest(), CancellationToken.None);
        }

        _deadline.Dispose();
        GC.SuppressFinalize(this);
    }
}
