using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Events;
using Kubernetes.Runtime.Status;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Tests;

/// <summary>
/// The whole runtime on a real API server: what the fake may get wrong. Runs where <c>BINNACLE_TEST_KUBECONFIG</c>
/// names a cluster, in a namespace of its own that it deletes.
/// </summary>
public sealed class LiveServerTests : IAsyncLifetime
{
    private const string Set = "live-set";

    private readonly string _namespace = $"runtime-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly RecordingLogger _logger = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Store<ConfigMap> _configMaps = new();
    private readonly Store<Secret> _secrets = new();
    private readonly Store<Service> _services = new();
    private readonly Store<Role> _roles = new();
    private readonly Store<StatefulSet> _statefulSets = new();
    private readonly List<Task> _running = [];
    private KubernetesClient? _client;
    private OwnedObjects? _owned;

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
        _owned = new OwnedObjects(metadata => metadata.Labels?.GetValueOrDefault("set") is { } set ? [set] : []);
        await Task.WhenAll(
            FollowAsync(_configMaps),
            FollowAsync(_secrets),
            FollowAsync(_services),
            FollowAsync(_roles),
            FollowAsync(_statefulSets)
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
    public async Task Applies_once_stays_silent_also_after_a_restart_and_prunes()
    {
        KubernetesObject[] wanted =
        [
            ConfigMap("a", "1"),
            ConfigMap("b", "1"),
            Secret(),
            Service(),
            Role(),
            Workload("svc"),
        ];
        var set = NewProcess();
        var first = await ApplyAsync(set, wanted);
        first.Failures.ShouldBeEmpty();
        first.Created.Count.ShouldBe(6);
        await SyncedAsync(6);

        (await WritesOfAsync(() => ApplyAsync(set, wanted))).ShouldBe(0);
        (await WritesOfAsync(() => ApplyAsync(NewProcess(), wanted))).ShouldBe(0);

        var changed = await ApplyAsync(set, [ConfigMap("a", "2"), .. wanted[1..]]);
        changed.Updated.ShouldHaveSingleItem().Key.Name.ShouldBe("a");
        await Eventually.TrueAsync(() => _configMaps.Find(Key("a"))?.Data!["key"] == "2", "the cache follows");

        var pruned = await ApplyAsync(set, wanted[1..]);
        pruned.Pruned.ShouldHaveSingleItem().Key.Name.ShouldBe("a");
        await Eventually.TrueAsync(() => _configMaps.Find(Key("a")) is null, "the cache follows");
    }

    [Fact]
    public async Task A_foreign_object_is_left_alone()
    {
        await _client!.CreateAsync(
            new ConfigMap
            {
                Metadata = new ObjectMeta { Namespace = _namespace, Name = "theirs" },
            },
            new WriteOptions(),
            Token
        );

        var result = await ApplyAsync(NewProcess(), ConfigMap("theirs", "1"));

        result.Failures.ShouldHaveSingleItem().Exception.ShouldBeOfType<ForeignObjectException>();
    }

    [Fact]
    public async Task A_StatefulSet_with_another_service_name_is_made_anew()
    {
        var set = NewProcess();
        await ApplyAsync(set, Workload("svc"));
        await SyncedAsync(1);
        var uid = _statefulSets.Find(Key("web"))!.Metadata.Uid;

        var result = await ApplyAsync(set, Workload("other"));

        result.Failures.ShouldBeEmpty();
        result.Recreated.Count.ShouldBe(1);
        var now = await _client!.GetAsync<StatefulSet>(Key("web"), Token);
        now.Spec!.ServiceName.ShouldBe("other");
        now.Metadata.Uid.ShouldNotBe(uid);
    }

    [Fact]
    public async Task Another_invalid_StatefulSet_is_a_failure()
    {
        var set = NewProcess();
        await ApplyAsync(set, Workload("svc"));
        await SyncedAsync(1);
        var wrong = Workload("svc");
        wrong = wrong with { Spec = wrong.Spec! with { Replicas = -1 } };

        var result = await ApplyAsync(set, wrong);

        result.Recreated.ShouldBeEmpty();
        result
            .Failures.ShouldHaveSingleItem()
            .Exception.ShouldBeOfType<KubernetesApiException>()
            .Kind.ShouldBe(KubernetesErrorKind.Invalid);
    }

    [Fact]
    public async Task A_status_is_written_once()
    {
        await ApplyAsync(NewProcess(), Workload("svc"));
        // Its controller writes the status once, and then nobody but this test: a write in between would be a conflict.
        await Eventually.TrueAsync(
            () => _statefulSets.Find(Key("web"))?.Status?.ObservedGeneration is 1,
            "its controller has seen the set"
        );
        var writer = new StatusWriter(_client!, "runtime-tests-status");
        var live = await _client!.GetAsync<StatefulSet>(Key("web"), Token);
        var wanted = live.Status! with { Conditions = [new WorkloadCondition { Type = "Tested", Status = "True" }] };

        (await WriteAsync()).ShouldBeTrue();
        live = await _client.GetAsync<StatefulSet>(Key("web"), Token);
        live.Status!.Conditions!.ShouldContain(it => it.Type == "Tested");
        (await WriteAsync()).ShouldBeFalse();

        Task<bool> WriteAsync() =>
            writer.WriteAsync(live, wanted, KubernetesJsonContext.Default.StatefulSetStatus, Token);
    }

    [Fact]
    public async Task Events_are_accepted_and_counted()
    {
        var regarding = await _client!.CreateAsync(
            new ConfigMap
            {
                Metadata = new ObjectMeta { Namespace = _namespace, Name = "subject" },
            },
            new WriteOptions(),
            Token
        );
        var recorder = new EventRecorder(_client, "example.io/tester", "pod-1", TimeProvider.System, _logger);
        var running = recorder.RunAsync(_stop.Token);
        _running.Add(running);

        recorder.Record(regarding, EventType.Warning, "Failed", "Apply", "It did not work.");
        recorder.Record(regarding, EventType.Warning, "Failed", "Apply", "It did not work.");

        Event? written = null;
        var started = TimeProvider.System.GetTimestamp();
        while (written?.Series is null && TimeProvider.System.GetElapsedTime(started) < Eventually.Deadline)
        {
            await Task.Delay(50, Token);
            var page = await _client.ListPageAsync<Event>(new ListRequest { Namespace = _namespace }, Token);
            written = page.Items.FirstOrDefault(it => it.Regarding?.Name == "subject");
        }

        written.ShouldNotBeNull(string.Join('\n', _logger.Lines.Select(it => it.Message)));
        written.Series.ShouldNotBeNull().Count.ShouldBe(2);
        written.Note.ShouldBe("It did not work.");
    }

    private ApplySet NewProcess() => new(_client!, "runtime-tests", TimeProvider.System, _logger);

    private Task<ApplyResult> ApplyAsync(ApplySet set, params KubernetesObject[] wanted) =>
        set.ApplyAsync(Set, wanted, _owned!.Of(Set), Token);

    private async Task<int> WritesOfAsync(Func<Task<ApplyResult>> apply)
    {
        _logger.Lines.Clear();
        var result = await apply();
        result.Failures.ShouldBeEmpty();
        return _logger.At(LogLevel.Debug).Count(line => line.StartsWith("Applied", StringComparison.Ordinal));
    }

    private async Task FollowAsync<T>(Store<T> store)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        _owned!.Add(store);
        var options = new ReflectorOptions<T> { Namespace = _namespace, LabelSelector = $"set={Set}" };
        var reflector = new Reflector<T>(_client!, store, options, TimeProvider.System, _logger);
        _running.Add(reflector.RunAsync(_stop.Token));
        await reflector.WaitForSyncAsync(Token).InTime();
    }

    /// <summary>Until the caches have what was applied.</summary>
    private Task SyncedAsync(int objects) =>
        Eventually.TrueAsync(() => _owned!.Of(Set).Owned().Count() == objects, "the cache follows");

    private ObjectKey Key(string name) => new(_namespace, name);

    private ObjectMeta Meta(string name) =>
        new()
        {
            Namespace = _namespace,
            Name = name,
            Labels = new Dictionary<string, string> { ["set"] = Set },
        };

    private ConfigMap ConfigMap(string name, string value) =>
        new()
        {
            Metadata = Meta(name),
            Data = new Dictionary<string, string> { ["key"] = value },
        };

    private Secret Secret() =>
        new()
        {
            Metadata = Meta("s"),
            StringData = new Dictionary<string, string> { ["token"] = "äö" },
        };

    private Service Service() =>
        new()
        {
            Metadata = Meta("svc"),
            Spec = new ServiceSpec
            {
                Selector = new Dictionary<string, string> { ["app"] = "web" },
                // Servers before 1.21 refuse to apply ports without a protocol.
                Ports =
                [
                    new ServicePort
                    {
                        Name = "http",
                        Protocol = "TCP",
                        Port = 80,
                        TargetPort = "http",
                    },
                ],
            },
        };

    private Role Role() =>
        new()
        {
            Metadata = Meta("r"),
            Rules =
            [
                new PolicyRule
                {
                    ApiGroups = [""],
                    Resources = ["pods"],
                    Verbs = ["get", "list"],
                },
            ],
        };

    private StatefulSet Workload(string serviceName) =>
        new()
        {
            Metadata = Meta("web"),
            Spec = new StatefulSetSpec
            {
                Replicas = 0,
                ServiceName = serviceName,
                Selector = new LabelSelector { MatchLabels = new Dictionary<string, string> { ["app"] = "web" } },
                Template = new PodTemplateSpec
                {
                    Metadata = new ObjectMeta { Labels = new Dictionary<string, string> { ["app"] = "web" } },
                    Spec = new PodSpec
                    {
                        Containers =
                        [
                            new Container
                            {
                                Name = "web",
                                Image = "example.io/web:1",
                                Ports =
                                [
                                    new ContainerPort
                                    {
                                        Name = "http",
                                        Protocol = "TCP",
                                        Port = 8080,
                                    },
                                ],
                                Resources = new ResourceRequirements
                                {
                                    Limits = new Dictionary<string, string> { ["cpu"] = "0.5", ["memory"] = "1024Mi" },
                                },
                            },
                        ],
                    },
                },
            },
        };
}
