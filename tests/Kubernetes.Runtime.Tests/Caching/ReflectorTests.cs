using System.Text.Json;
using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

public sealed class ReflectorTests : IAsyncDisposable
{
    private readonly FakeApiServer _server = new();
    private readonly ManualTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly Store<ConfigMap> _store = new();
    private readonly List<StoreChange<ConfigMap>> _changes = [];
    private readonly CancellationTokenSource _stop = new();
    private Reflector<ConfigMap>? _reflector;
    private Task _running = Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.InTime();
        _stop.Dispose();
    }

    [Fact]
    [Trait("Guarantee", "W25")]
    public async Task Lists_in_pages_then_watches_from_the_version_of_the_list()
    {
        for (var i = 0; i < 5; i++)
        {
            _server.Put(ConfigMap($"o{i}"));
        }

        var version = _server.Version;
        await StartAsync(new ReflectorOptions<ConfigMap> { PageSize = 2 });

        _store.Count.ShouldBe(5);
        _changes.ShouldAllBe(change => change.Initial);
        await WatchingAsync();
        Requests("list").Count.ShouldBe(3);
        Requests("watch").Single().Detail.ShouldBe(version);

        _server.Put(ConfigMap("late"));
        await Eventually.TrueAsync(() => _store.Find(Key("late")) is not null, "the event arrives");
        _changes[^1].Initial.ShouldBeFalse();
    }

    [Fact]
    [Trait("Guarantee", "W26")]
    public async Task A_stream_that_ends_in_good_order_goes_on_from_the_last_version_without_a_list()
    {
        await StartAsync();
        await WatchingAsync();
        _server.Put(ConfigMap("a"));
        await Eventually.TrueAsync(() => _store.Count == 1, "the event arrives");
        var version = _server.Version;
        _time.Advance(TimeSpan.FromMinutes(5));

        _server.CutWatches();
        await Eventually.TrueAsync(() => Requests("watch").Count == 2 && _server.OpenWatches == 1, "it watches again");

        Requests("watch")[1].Detail.ShouldBe(version);
        Requests("list").Count.ShouldBe(1);
        _logger.At(LogLevel.Warning).ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "W6")]
    public async Task A_bookmark_moves_the_version_on()
    {
        await StartAsync();
        await WatchingAsync();

        _server.Bookmark();
        var version = _server.Version;
        await Eventually.TrueAsync(() => _reflector!.ResourceVersion == version, "the bookmark is read");
        _time.Advance(TimeSpan.FromMinutes(5));
        _server.CutWatches();
        await Eventually.TrueAsync(() => Requests("watch").Count == 2, "it watches again");

        Requests("watch")[1].Detail.ShouldBe(version);
        _changes.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "W11")]
    public async Task Streams_with_events_start_at_least_a_second_apart()
    {
        await StartAsync();
        await WatchingAsync();
        _server.Put(ConfigMap("a"));
        await Eventually.TrueAsync(() => _store.Count == 1, "the event arrives");

        _server.CutWatches();
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it waits");

        _time.UntilNextTimer.ShouldBe(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => _server.OpenWatches == 1, "it watches again");
    }

    [Fact]
    [Trait("Guarantee", "W11")]
    public async Task A_very_short_watch_without_events_counts_as_a_failure()
    {
        await StartAsync();
        await WatchingAsync();

        _server.CutWatches();
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it backs off");

        _time.UntilNextTimer.ShouldBe(TimeSpan.FromSeconds(0.8));
        _reflector!.Problem.ShouldNotBeNull();
    }

    [Fact]
    [Trait("Guarantee", "W4")]
    public async Task Expired_in_the_stream_lists_again_and_tells_every_deletion_and_renewal()
    {
        _server.Put(ConfigMap("gone"));
        _server.Put(ConfigMap("renewed"));
        _server.Put(ConfigMap("kept"));
        await StartAsync();
        await WatchingAsync();
        var kept = _store.Find(Key("kept"));
        _server.Gate = request => request.Verb == "watch" ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;
        _server.CutWatches(Errors.Transport());
        _server.Remove(Models.ConfigMap.ResourceType, Key("gone"));
        _server.Remove(Models.ConfigMap.ResourceType, Key("renewed"));
        _server.Put(ConfigMap("renewed"));
        _server.Compact();
        _server.Gate = _ => Task.CompletedTask;
        _changes.Clear();

        await _time.AdvanceUntilAsync(() => _changes.Count == 3, TimeSpan.FromMinutes(1));

        _changes
            .Select(it => (it.Key.Name, it.Old is null, it.New is null))
            .ShouldBe([("gone", false, true), ("renewed", false, true), ("renewed", true, false)]);
        _store.Find(Key("kept")).ShouldBeSameAs(kept);
        _changes.ShouldAllBe(change => !change.Initial);
    }

    [Fact]
    [Trait("Guarantee", "W3")]
    public async Task Expired_watches_list_at_once_the_first_time_and_back_off_when_it_repeats()
    {
        await StartAsync();
        await WatchingAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        _server.Fault = request => request.Verb == "watch" ? Errors.Expired("too old") : null;

        _server.CutWatches(Errors.Expired("in the stream"));
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it backs off");

        Requests("list").Count.ShouldBe(2);
        _time.UntilNextTimer.ShouldBe(TimeSpan.FromSeconds(0.8));
        _server.Fault = _ => null;
        await _time.AdvanceUntilAsync(() => _server.OpenWatches == 1, TimeSpan.FromMinutes(1));
    }

    [Fact]
    [Trait("Guarantee", "W12")]
    public async Task A_version_too_large_is_treated_as_expired()
    {
        await StartAsync();
        await WatchingAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        var tooLarge = new KubernetesApiException(
            KubernetesErrorKind.Timeout,
            "Too large resource version",
            504,
            new Models.Status
            {
                Details = new StatusDetails { Causes = [new StatusCause { Reason = "ResourceVersionTooLarge" }] },
            }
        );

        _server.CutWatches(tooLarge);
        await Eventually.TrueAsync(() => Requests("list").Count == 2, "it lists again");
    }

    [Fact]
    [Trait("Guarantee", "W5")]
    public async Task An_expired_continue_token_starts_the_list_over_and_never_watches_half_of_one()
    {
        for (var i = 0; i < 4; i++)
        {
            _server.Put(ConfigMap($"o{i}"));
        }

        var compacted = false;
        _server.Fault = request =>
        {
            if (request is { Verb: "list", Detail.Length: > 0 } && !compacted)
            {
                compacted = true;
                _server.Remove(Models.ConfigMap.ResourceType, Key("o0"));
                _server.Compact();
            }

            return null;
        };

        await StartAsync(new ReflectorOptions<ConfigMap> { PageSize = 2 });

        _store.List().Select(it => it.Metadata.Name).ShouldBe(["o1", "o2", "o3"], ignoreOrder: true);
        Requests("list").Select(request => request.Detail.Length > 0).ShouldBe([false, true, false, true]);
        _changes.ShouldNotContain(change => change.Key == Key("o0"));
    }

    [Fact]
    [Trait("Guarantee", "W5")]
    public async Task A_failed_page_is_asked_for_again_without_losing_the_pages_before()
    {
        for (var i = 0; i < 4; i++)
        {
            _server.Put(ConfigMap($"o{i}"));
        }

        var failed = false;
        _server.Fault = request =>
        {
            if (request is { Verb: "list", Detail.Length: > 0 } && !failed)
            {
                failed = true;
                return Errors.Transport();
            }

            return null;
        };
        Start(new ReflectorOptions<ConfigMap> { PageSize = 2 });

        await _time.AdvanceUntilAsync(() => _reflector!.HasSynced, TimeSpan.FromMinutes(1));

        _store.Count.ShouldBe(4);
        Requests("list").Select(request => request.Detail.Length > 0).ShouldBe([false, true, true]);
    }

    [Fact]
    [Trait("Guarantee", "W10")]
    public async Task Failures_back_off_from_800_ms_by_two_to_30_s_and_are_logged_once()
    {
        _server.Fault = _ => Errors.Transport();
        Start();
        var pauses = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it backs off");
            var pause = _time.UntilNextTimer!.Value;
            pauses.Add(pause.TotalSeconds);
            _time.Advance(pause);
        }

        pauses.ShouldBe([0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30]);
        _logger.At(LogLevel.Warning).Count.ShouldBe(1);
        _reflector!.Problem.ShouldBeOfType<KubernetesApiException>().Kind.ShouldBe(KubernetesErrorKind.Transport);

        _server.Fault = _ => null;
        await _time.AdvanceUntilAsync(() => _server.OpenWatches == 1, TimeSpan.FromMinutes(1));
        _reflector.Problem.ShouldBeNull();
    }

    [Fact]
    [Trait("Guarantee", "W10")]
    public async Task The_pause_starts_anew_after_two_healthy_minutes()
    {
        var failing = true;
        _server.Fault = _ => failing ? Errors.Transport() : null;
        Start();
        for (var i = 0; i < 3; i++)
        {
            await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it backs off");
            failing = i < 2;
            _time.Advance(_time.UntilNextTimer!.Value);
        }

        await WatchingAsync();
        _time.Advance(TimeSpan.FromMinutes(3));
        _server.CutWatches(Errors.Transport());
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it backs off");
        _time.UntilNextTimer.ShouldBe(TimeSpan.FromSeconds(0.8));
    }

    [Fact]
    [Trait("Guarantee", "W10")]
    public void Jitter_adds_up_to_as_much_again()
    {
        var random = 0.0;
        var backoff = new Backoff(
            TimeSpan.FromSeconds(1),
            TimeSpan.FromSeconds(30),
            TimeSpan.FromMinutes(2),
            _time,
            () => random
        );
        backoff.Next().ShouldBe(TimeSpan.FromSeconds(1));
        random = 0.5;
        backoff.Next().ShouldBe(TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task A_kind_that_the_server_does_not_have_yet_is_waited_for_and_told_of_once()
    {
        _server.Put(ConfigMap("a"));
        _server.Fault = _ => Errors.NotFound(Models.ConfigMap.ResourceType, Key(""));
        Start();
        await _time.AdvanceUntilAsync(() => Requests("list").Count >= 6, TimeSpan.FromMinutes(1));
        _reflector!.HasSynced.ShouldBeFalse();

        _server.Fault = _ => null;
        var waited = await _time.AdvanceUntilAsync(() => _reflector.HasSynced, TimeSpan.FromMinutes(1));

        waited.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(5));
        _store.Count.ShouldBe(1);
        _logger.At(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("configmaps");
    }

    [Fact]
    [Trait("Guarantee", "W17")]
    public async Task Refused_access_is_warned_of_once_and_shows_in_readiness()
    {
        _server.Fault = _ => Errors.Forbidden();
        Start();
        await _time.AdvanceUntilAsync(() => Requests("list").Count >= 4, TimeSpan.FromMinutes(5));

        _logger.At(LogLevel.Warning).ShouldHaveSingleItem().ShouldContain("Not allowed");
        _reflector!.Problem.ShouldNotBeNull();
    }

    [Fact]
    [Trait("Guarantee", "W10")]
    public async Task The_pause_is_as_long_as_the_server_asks()
    {
        _server.Fault = _ => new KubernetesApiException(
            KubernetesErrorKind.TooManyRequests,
            "slow down",
            429,
            retryAfter: TimeSpan.FromSeconds(9)
        );
        Start();
        await Eventually.TrueAsync(() => _time.PendingTimers == 1, "it backs off");
        _time.UntilNextTimer.ShouldBe(TimeSpan.FromSeconds(9));
    }

    [Fact]
    [Trait("Guarantee", "W23")]
    public async Task An_object_that_leaves_the_selection_leaves_the_store()
    {
        var labelled = ConfigMap("a") with
        {
            Metadata = new ObjectMeta
            {
                Namespace = "ns",
                Name = "a",
                Labels = new Dictionary<string, string> { ["app"] = "me" },
            },
        };
        _server.Put(labelled);
        _server.Put(ConfigMap("other"));

        await StartAsync(new ReflectorOptions<ConfigMap> { LabelSelector = "app=me" });

        _store.List().ShouldHaveSingleItem().Metadata.Name.ShouldBe("a");
    }

    [Fact]
    [Trait("Guarantee", "W21")]
    public async Task Managed_fields_and_kubectls_annotation_are_not_kept()
    {
        _server.Put(
            ConfigMap("a") with
            {
                Metadata = new ObjectMeta
                {
                    Namespace = "ns",
                    Name = "a",
                    Annotations = new Dictionary<string, string>
                    {
                        ["kubectl.kubernetes.io/last-applied-configuration"] = "{}",
                        ["mine"] = "yes",
                    },
                    ExtensionFields = new Dictionary<string, JsonElement>
                    {
                        ["managedFields"] = JsonElement.Parse("[{}]"),
                        ["selfLink"] = JsonElement.Parse("\"x\""),
                    },
                },
            }
        );

        await StartAsync();

        var metadata = _store.Find(Key("a"))!.Metadata;
        metadata.Annotations!.Keys.ShouldBe(["mine"]);
        metadata.ExtensionFields!.Keys.ShouldBe(["selfLink"]);
    }

    [Fact]
    [Trait("Guarantee", "W26")]
    public async Task Watch_timeouts_are_spread_between_five_and_ten_minutes()
    {
        var seen = new List<TimeSpan>();
        var client = NSubstitute.Substitute.For<IKubernetesClient>();
        NSubstitute.SubstituteExtensions.Returns(
            client.ListPageAsync<ConfigMap>(
                NSubstitute.Arg.Any<ListRequest>(),
                NSubstitute.Arg.Any<CancellationToken>()
            ),
            new KubernetesList<ConfigMap>([], "1", null, null)
        );
        NSubstitute.SubstituteExtensions.Returns(
            client.WatchAsync<ConfigMap>(NSubstitute.Arg.Any<WatchRequest>(), NSubstitute.Arg.Any<CancellationToken>()),
            call =>
            {
                seen.Add(call.Arg<WatchRequest>().Timeout);
                return AsyncEnumerable.Empty<WatchEvent<ConfigMap>>();
            }
        );
        var randoms = new Queue<double>([0, 0, 0.999]);
        _reflector = new Reflector<ConfigMap>(
            client,
            _store,
            new ReflectorOptions<ConfigMap>(),
            _time,
            _logger,
            () => randoms.Count > 0 ? randoms.Dequeue() : 0
        );
        _running = _reflector.RunAsync(_stop.Token);

        await _time.AdvanceUntilAsync(() => seen.Count >= 2, TimeSpan.FromMinutes(1));

        seen[0].ShouldBe(TimeSpan.FromMinutes(5));
        seen[1].TotalMinutes.ShouldBeInRange(9.9, 10);
    }

    private IReadOnlyList<SeenRequest> Requests(string verb) =>
        [.. _server.Requests.Where(request => request.Verb == verb)];

    private void Start(ReflectorOptions<ConfigMap>? options = null)
    {
        _store.Subscribe(_changes.Add);
        _reflector = new Reflector<ConfigMap>(
            _server,
            _store,
            options ?? new ReflectorOptions<ConfigMap>(),
            _time,
            _logger,
            () => 0
        );
        _running = _reflector.RunAsync(_stop.Token);
    }

    private async Task StartAsync(ReflectorOptions<ConfigMap>? options = null)
    {
        Start(options);
        await _reflector!.WaitForSyncAsync(TestContext.Current.CancellationToken).InTime();
    }

    private Task WatchingAsync() => Eventually.TrueAsync(() => _server.OpenWatches == 1, "it watches");
}
