using System.Collections.Concurrent;
using Binnacle.Operator.Components;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Loading;

public sealed class ConfigLoaderTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly ClientDouble _client = new();
    private readonly ConcurrentQueue<string> _order = new();
    private readonly FakeProbe _probe;
    private bool _isCurrent = true;

    public ConfigLoaderTests()
    {
        _probe = new FakeProbe(_order);
        _client.Answer = request =>
        {
            _order.Enqueue($"patch {request.Key.Name} {request.Text}");
            return new Pod();
        };
    }

    [Fact]
    public async Task A_replica_that_is_up_to_date_is_left_alone()
    {
        _probe.State = (_, _) => new ReplicaState("h1", true, "");

        (await LoadAsync()).ShouldBe(new LoadOutcome(LoadState.Loaded, "h1", ""));

        _client.Writes.ShouldBeEmpty();
        _order.ShouldBe(["state main-prometheus-0"]);
    }

    [Fact]
    public async Task The_annotation_is_patched_before_the_reload_so_that_the_kubelet_has_shown_the_files()
    {
        _probe.State = (_, asked) => new ReplicaState("h1", asked > 1, "old");

        (await LoadAsync()).State.ShouldBe(LoadState.Loaded);

        _order.ShouldBe([
            "state main-prometheus-0",
            """patch main-prometheus-0 {"metadata":{"annotations":{"binnacle.dev/config-sync":"token-0"}}}""",
            "reload main-prometheus-0",
            "state main-prometheus-0",
        ]);
    }

    [Fact]
    public async Task Each_try_changes_the_annotation_again()
    {
        _probe.State = (_, asked) => new ReplicaState("h1", asked > 3, "old");

        await LoadAsync();

        _client.Writes.Select(write => write.Text).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public async Task A_refusal_counts_from_the_fourth_try_on()
    {
        var reloads = 0;
        _probe.Reload = _ => throw new ComponentRefusedException($"refusal {++reloads}");

        var outcome = await LoadAsync();

        outcome.State.ShouldBe(LoadState.Refused);
        outcome.Message.ShouldBe("main-prometheus-0: refusal 4");
    }

    [Fact]
    public async Task Files_of_which_half_had_arrived_are_no_refusal()
    {
        var reloads = 0;
        _probe.Reload = _ =>
        {
            if (++reloads <= 3)
            {
                throw new ComponentRefusedException("half");
            }
        };
        _probe.State = (_, _) => new ReplicaState("h1", reloads > 3, "old");

        (await LoadAsync()).State.ShouldBe(LoadState.Loaded);
    }

    [Fact]
    public async Task What_the_component_says_when_it_is_only_asked_is_no_refusal_of_its_files()
    {
        _probe.State = (_, _) => throw new ComponentRefusedException("query timed out");

        var outcome = await LoadAsync();

        outcome.State.ShouldBe(LoadState.Waiting);
        outcome.Message.ShouldContain("query timed out");
    }

    [Fact]
    public async Task It_gives_up_for_now_after_about_eight_seconds()
    {
        var load = LoadAsync(advance: false);
        var took = await _clock.AdvanceUntilAsync(() => load.IsCompleted, TimeSpan.FromSeconds(30));

        took.ShouldBeInRange(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(9));
        (await load).ShouldBe(new LoadOutcome(LoadState.Waiting, "h0", "main-prometheus-0: old"));
    }

    [Fact]
    public async Task It_ends_as_soon_as_something_newer_was_applied()
    {
        _probe.State = (_, asked) =>
        {
            _isCurrent = asked < 2;
            return new ReplicaState("h0", false, "old");
        };

        (await LoadAsync()).State.ShouldBe(LoadState.Waiting);

        _order.Count(step => step.StartsWith("reload", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Without_replicas_it_waits()
    {
        var outcome = await LoadAsync([]);

        outcome.ShouldBe(
            new LoadOutcome(LoadState.Waiting, null, "no replica of prometheus is ready") { HasReplicas = false }
        );
    }

    [Fact]
    public async Task It_is_not_loaded_before_all_replicas_that_should_be_there_are()
    {
        _probe.State = (_, _) => new ReplicaState("h1", true, "");

        var outcome = await LoadAsync(wanted: 2);

        outcome.State.ShouldBe(LoadState.Waiting);
        outcome.Message.ShouldBe("1 of 2 replicas of prometheus are ready");
    }

    [Fact]
    public async Task Of_several_replicas_the_refusal_is_told()
    {
        _probe.State = (replica, _) => new ReplicaState("h1", replica.Pod.Name == "a", "old");
        _probe.Reload = _ => throw new ComponentRefusedException("no");

        var outcome = await LoadAsync([Make.Replica("a"), Make.Replica("b")], wanted: 2);

        outcome.State.ShouldBe(LoadState.Refused);
        outcome.Message.ShouldBe("b: no");
    }

    [Theory]
    [InlineData(KubernetesErrorKind.NotFound)]
    [InlineData(KubernetesErrorKind.Forbidden)]
    [InlineData(KubernetesErrorKind.Transport)]
    public async Task A_pod_that_cannot_be_patched_is_waited_for_and_said(KubernetesErrorKind kind)
    {
        _client.Answer = _ => throw new KubernetesApiException(kind, "the server's words");

        var outcome = await LoadAsync();

        outcome.State.ShouldBe(LoadState.Waiting);
        outcome.Message.ShouldStartWith("main-prometheus-0: ");
    }

    private async Task<LoadOutcome> LoadAsync(
        IReadOnlyList<Replica>? replicas = null,
        int wanted = 1,
        bool advance = true
    )
    {
        var load = new ConfigLoader(_client, _clock).LoadAsync(
            Make.Plan(replicas: wanted),
            replicas ?? [Make.Replica()],
            "token",
            _probe,
            () => _isCurrent,
            CancellationToken.None
        );
        if (advance)
        {
            await _clock.AdvanceUntilAsync(() => load.IsCompleted, TimeSpan.FromMinutes(1));
        }

        return await load;
    }

    private sealed class FakeProbe(ConcurrentQueue<string> order) : IReplicaProbe
    {
        private readonly ConcurrentDictionary<string, int> _asked = new();

        public Func<Replica, int, ReplicaState> State { get; set; } = (_, _) => new ReplicaState("h0", false, "old");

        public Action<Replica> Reload { get; set; } = _ => { };

        public Task<ReplicaState> StateAsync(Replica replica, CancellationToken cancellationToken)
        {
            order.Enqueue($"state {replica.Pod.Name}");
            var asked = _asked.AddOrUpdate(replica.Pod.Name, 1, (_, count) => count + 1);
            return Task.FromResult(State(replica, asked));
        }

        public Task ReloadAsync(Replica replica, CancellationToken cancellationToken)
        {
            order.Enqueue($"reload {replica.Pod.Name}");
            Reload(replica);
            return Task.CompletedTask;
        }
    }
}
