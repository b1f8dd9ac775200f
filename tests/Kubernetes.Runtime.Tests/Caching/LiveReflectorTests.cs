using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;

namespace Kubernetes.Runtime.Tests.Caching;

/// <summary>
/// Reflectors on a real API server. Runs where <c>BINNACLE_TEST_KUBECONFIG</c> names a cluster, in a namespace of its own.
/// </summary>
public sealed class LiveReflectorTests : IAsyncLifetime
{
    private readonly string _namespace = $"reflector-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly CancellationTokenSource _stop = new();
    private readonly CapturingLogger _logger = new();
    private readonly List<Task> _running = [];
    private KubernetesClient? _client;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var kubeconfig = Environment.GetEnvironmentVariable("BINNACLE_TEST_KUBECONFIG");
        Assert.SkipWhen(string.IsNullOrEmpty(kubeconfig), "BINNACLE_TEST_KUBECONFIG names no cluster");
        _client = new KubernetesClient(KubernetesClientConfiguration.Load(kubeconfig));
        await _client.CreateAsync(
            new Namespace { Metadata = new ObjectMeta { Name = _namespace } },
            new WriteOptions(),
            Token
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).InTime();
        if (_client is not null)
        {
            await _client.DeleteAsync<Namespace>(new("", _namespace), new DeleteRequest(), CancellationToken.None);
            _client.Dispose();
        }

        _stop.Dispose();
    }

    [Fact]
    [Trait("Guarantee", "W23")]
    public async Task An_object_that_leaves_the_selection_is_told_as_gone_and_one_that_comes_back_as_new()
    {
        await PutAsync("a", "mine");
        var store = new Store<ConfigMap>();
        var ledger = new Ledger(store);
        await FollowAsync(store, new() { Namespace = _namespace, LabelSelector = "owner=mine" });
        ledger.Told.ShouldBe(["+a"]);

        await PutAsync("a", "theirs");
        await Eventually.TrueAsync(() => store.Count == 0, "it has left");
        await PutAsync("a", "mine");
        await Eventually.TrueAsync(() => store.Count == 1, "it is back");

        ledger.Told.ShouldBe(["+a", "-a", "+a"]);
        ledger.ShouldAddUpTo(store);
    }

    [Fact]
    [Trait("Guarantee", "W22")]
    public async Task Metadata_alone_is_followed()
    {
        await PutAsync("a", "mine");
        var store = new Store<PartialObjectMetadata<ConfigMap>>();
        await FollowAsync(store, new() { Namespace = _namespace, LabelSelector = "owner" });
        var first = store.List().ShouldHaveSingleItem();
        first.Metadata.Labels!["owner"].ShouldBe("mine");
        first.Kind.ShouldBe("ConfigMap");

        await PutAsync("a", "theirs");
        await Eventually.TrueAsync(
            () => store.Find(first.Key)?.Metadata.Labels!["owner"] == "theirs",
            "the change arrives"
        );
        await _client!.DeleteAsync<ConfigMap>(first.Key, new DeleteRequest(), Token);
        await Eventually.TrueAsync(() => store.Count == 0, "the deletion arrives");
    }

    [Fact]
    [Trait("Guarantee", "W20")]
    public async Task Definitions_are_streamed_or_listed_as_the_server_can()
    {
        var store = new Store<CustomResourceDefinition>();
        await FollowAsync(store, new() { WatchList = true });

        var listed = await _client!.ListAsync<CustomResourceDefinition>(new ListRequest(), Token);
        await Eventually.TrueAsync(
            () =>
                listed.Items.All(it =>
                    store.Find(it.Key) is { } stored && stored.Metadata.Uid == it.Metadata.Uid
                ),
            "all are there"
        );
        _logger.At(Microsoft.Extensions.Logging.LogLevel.Warning).ShouldBeEmpty();
    }

    private async Task FollowAsync<T>(Store<T> store, ReflectorOptions<T> options)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var reflector = new Reflector<T>(_client!, store, options, TimeProvider.System, _logger);
        _running.Add(reflector.RunAsync(_stop.Token));
        // A server that cannot stream is noticed after 30 s.
        await reflector.WaitForSyncAsync(Token).WaitAsync(TimeSpan.FromMinutes(2), Token);
    }

    private Task<ConfigMap> PutAsync(string name, string owner) =>
        _client!.ApplyAsync(
            new ConfigMap
            {
                Metadata = new ObjectMeta
                {
                    Namespace = _namespace,
                    Name = name,
                    Labels = new Dictionary<string, string> { ["owner"] = owner },
                },
            },
            new WriteOptions { FieldManager = "reflector-tests", Force = true },
            Token
        );
}
