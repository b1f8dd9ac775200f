using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Tests.Live;

/// <summary>Reflectors where the server is a real one or ours: what the fake may get wrong.</summary>
public sealed class LiveReflectorTests(LiveServers servers) : IClassFixture<LiveServers>, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly RecordingLogger _logger = new();
    private readonly List<Task> _running = [];

    public static TheoryData<string> Servers => LiveServers.All;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running).InTime();
        _stop.Dispose();
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "W23")]
    public async Task An_object_that_leaves_the_selection_is_told_as_gone_and_one_that_comes_back_as_new(string name)
    {
        await using var server = await servers.OpenAsync(name);
        await PutAsync(server, "mine");
        var store = new Store<ConfigMap>();
        var ledger = new Ledger(store);
        await FollowAsync(server, store, new() { Namespace = server.Namespace, LabelSelector = "owner=mine" });
        ledger.Told.ShouldBe(["+a"]);

        await PutAsync(server, "theirs");
        await Eventually.TrueAsync(() => store.Count == 0, "it has left");
        await PutAsync(server, "mine");
        await Eventually.TrueAsync(() => store.Count == 1, "it is back");

        ledger.Told.ShouldBe(["+a", "-a", "+a"]);
        ledger.ShouldAddUpTo(store);
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "W22")]
    public async Task Metadata_alone_is_followed(string name)
    {
        await using var server = await servers.OpenAsync(name);
        await PutAsync(server, "mine");
        var store = new Store<PartialObjectMetadata<ConfigMap>>();
        await FollowAsync(server, store, new() { Namespace = server.Namespace, LabelSelector = "owner" });
        var first = store.List().ShouldHaveSingleItem();
        first.Metadata.Labels!["owner"].ShouldBe("mine");
        first.Kind.ShouldBe("ConfigMap");

        await PutAsync(server, "theirs");
        await Eventually.TrueAsync(
            () => store.Find(first.Key)?.Metadata.Labels!["owner"] == "theirs",
            "the change arrives"
        );
        await server.Client.DeleteAsync<ConfigMap>(first.Key, new DeleteRequest(), server.Token);
        await Eventually.TrueAsync(() => store.Count == 0, "the deletion arrives");
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "W20")]
    public async Task Definitions_are_streamed_or_listed_as_the_server_can(string name)
    {
        await using var server = await servers.OpenAsync(name);
        var store = new Store<CustomResourceDefinition>();
        await FollowAsync(server, store, new() { WatchList = true });

        var listed = await server.Client.ListAsync<CustomResourceDefinition>(new ListRequest(), server.Token);
        await Eventually.TrueAsync(
            () => listed.Items.All(it => store.Find(it.Key)?.Metadata.Uid == it.Metadata.Uid),
            "all are there"
        );
        _logger.At(LogLevel.Warning).ShouldBeEmpty();
    }

    private Task FollowAsync<T>(LiveServer server, Store<T> store, ReflectorOptions<T> options)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var reflector = new Reflector<T>(server.Client, store, options, TimeProvider.System, _logger);
        _running.Add(reflector.RunAsync(_stop.Token));
        // A server that cannot stream is noticed after 30 s.
        return reflector.WaitForSyncAsync(server.Token);
    }

    private static Task<ConfigMap> PutAsync(LiveServer server, string owner) =>
        server.Client.ApplyAsync(
            new ConfigMap
            {
                Metadata = new ObjectMeta
                {
                    Namespace = server.Namespace,
                    Name = "a",
                    Labels = new Dictionary<string, string> { ["owner"] = owner },
                },
            },
            new WriteOptions { FieldManager = "reflector-tests", Force = true },
            server.Token
        );
}
