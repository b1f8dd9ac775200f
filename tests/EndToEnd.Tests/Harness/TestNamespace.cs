using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;

namespace EndToEnd.Tests.Harness;

/// <summary>A namespace of a test's own. It goes with everything in it when the test ends.</summary>
internal sealed class TestNamespace : IAsyncDisposable
{
    private static readonly WriteOptions Write = new() { FieldManager = "end-to-end", Force = true };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly ClusterFixture _cluster;

    private TestNamespace(ClusterFixture cluster, string name)
    {
        _cluster = cluster;
        Name = name;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes one with these labels, beside the one that carries its name.</summary>
    public static async Task<TestNamespace> CreateAsync(
        ClusterFixture cluster,
        string name,
        params (string Name, string Value)[] labels
    )
    {
        var home = new TestNamespace(cluster, $"e2e-{name}-{Guid.NewGuid().ToString("N")[..5]}");
        await home.LabelAsync(labels);
        return home;
    }

    /// <summary>Gives it these labels, and no others but its name.</summary>
    public async Task LabelAsync(params (string Name, string Value)[] labels) =>
        await _cluster.Client.ApplyAsync(
            new Namespace
            {
                Metadata = new ObjectMeta
                {
                    Name = Name,
                    // Servers before 1.21 do not set it.
                    Labels = labels
                        .Append(("kubernetes.io/metadata.name", Name))
                        .ToDictionary(label => label.Item1, label => label.Item2),
                },
            },
            Write,
            Cancellation
        );

    /// <summary>Applies a manifest; objects without a namespace go here.</summary>
    public async Task ApplyAsync(string yaml)
    {
        foreach (var parsed in Manifests.Parse(yaml))
        {
            var type = await _cluster.Client.DiscoverAsync(parsed.ApiVersion, parsed.Kind, Cancellation);
            var value =
                type is { Namespaced: false } || parsed.Metadata.Namespace is not null
                    ? parsed
                    : parsed with
                    {
                        Metadata = parsed.Metadata with { Namespace = Name },
                    };
            await _cluster.Client.ApplyAsync(value, Write, Cancellation);
        }
    }

    /// <summary>Applies a manifest that the API server is to refuse, and returns its words.</summary>
    public async Task<string> RefusalAsync(string yaml) =>
        (await Should.ThrowAsync<KubernetesApiException>(() => ApplyAsync(yaml))).Message;

    /// <summary>Applies many manifests at once.</summary>
    public Task ApplyAllAsync(IEnumerable<string> manifests, int atOnce = 16) =>
        Parallel.ForEachAsync(
            manifests,
            new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = Cancellation },
            async (manifest, _) => await ApplyAsync(manifest)
        );

    /// <summary>Deletes an object.</summary>
    public Task<bool> DeleteAsync<T>(string name, int? gracePeriod = null)
        where T : KubernetesObject, IKubernetesObject<T> =>
        _cluster.Client.DeleteAsync<T>(
            new ObjectKey(Name, name),
            new DeleteRequest { GracePeriodSeconds = gracePeriod },
            Cancellation
        );

    /// <summary>Reads an object; null when it is not there.</summary>
    public Task<T?> FindAsync<T>(string name)
        where T : KubernetesObject, IKubernetesObject<T> =>
        _cluster.Client.FindAsync<T>(new ObjectKey(Name, name), Cancellation);

    /// <summary>All objects of a kind here.</summary>
    public async Task<IReadOnlyList<T>> ListAsync<T>(string? labels = null)
        where T : KubernetesObject, IKubernetesObject<T> =>
        (
            await _cluster.Client.ListAsync<T>(
                new ListRequest { Namespace = Name, LabelSelector = labels },
                Cancellation
            )
        ).Items;

    /// <summary>Waits until an object is as it should be.</summary>
    public async Task<T> ShouldAsync<T>(string name, Action<T> assert, TimeSpan? within = null)
        where T : KubernetesObject, IKubernetesObject<T> => (await TimedAsync(name, assert, within)).Value;

    /// <summary>Waits until an object is as it should be, and tells how long that took.</summary>
    public Task<(T Value, TimeSpan Took)> TimedAsync<T>(string name, Action<T> assert, TimeSpan? within = null)
        where T : KubernetesObject, IKubernetesObject<T> =>
        Eventually.ShouldAsync(
            token => _cluster.Client.GetAsync<T>(new ObjectKey(Name, name), token),
            assert,
            value => $"{value.Kind} {value.Key}\n{Describe(value)}",
            within ?? _cluster.Patience
        );

    /// <summary>Waits until the objects of a kind are as they should be.</summary>
    public async Task<IReadOnlyList<T>> ShouldAllAsync<T>(
        Action<IReadOnlyList<T>> assert,
        TimeSpan? within = null,
        string? labels = null
    )
        where T : KubernetesObject, IKubernetesObject<T> =>
        (
            await Eventually.ShouldAsync(
                _ => ListAsync<T>(labels),
                assert,
                list => string.Join('\n', list.Select(value => $"{value.Kind} {value.Key}: {Describe(value)}").Take(5)),
                within ?? _cluster.Patience
            )
        ).Value;

    /// <summary>Gives a site of the test a Service here, and returns its address for pods.</summary>
    public async Task<string> PublishAsync(string name, TestSite site, string labels = "{}")
    {
        await ApplyAsync(
            $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: {{name}}, labels: {{labels}}}
            spec:
              ports: [{name: http, port: {{site.Address.Port}}, protocol: TCP}]
            ---
            apiVersion: v1
            kind: Endpoints
            metadata: {name: {{name}}, labels: {{labels}}}
            subsets:
              - addresses: [{ip: {{site.Address.Address}}}]
                ports: [{name: http, port: {{site.Address.Port}}, protocol: TCP}]
            """
        );
        return $"{name}.{Name}:{site.Address.Port}";
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() =>
        await _cluster.Client.DeleteAsync<Namespace>(
            new ObjectKey("", Name),
            new DeleteRequest(),
            CancellationToken.None
        );

    private static string Describe(KubernetesObject value)
    {
        var json = JsonNode.Parse(value.ToUtf8Json())!;
        return (json["status"] ?? json).ToJsonString(Indented);
    }
}
