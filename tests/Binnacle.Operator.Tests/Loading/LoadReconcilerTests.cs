using Binnacle.Operator.Loading;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Loading;

public sealed class LoadReconcilerTests : IDisposable
{
    private const string TemplateFault =
        """time=x level=ERROR msg="loading groups failed" err="/x/rules-21.yaml: group \"shop/default\", rule 1, \"TooSlow\": annotation \"summary\": bad" """;

    private static readonly ComponentPlan[] Both = [Make.Plan(), Make.Plan("Alertmanager", "a1")];
    private readonly Harness _it = new();
    private readonly DesiredState _desired = Make.Desired(rules: [Make.Planned()]);

    public LoadReconcilerTests()
    {
        _it.World.Pods.Set(Make.Pod());
        foreach (var name in new[] { "too-slow", "other" })
        {
            _it.World.AlertRuleStore.Set(Make.Rule(name));
        }
    }

    public void Dispose() => _it.Dispose();

    [Fact]
    public async Task What_every_replica_reports_is_the_last_good_state()
    {
        _it.Know(view =>
            view with
            {
                Desired = Make.Desired(),
                Rendered = Intents("too-slow"),
                RenderedGeneration = 4,
            }
        );
        _it.Prometheus("h1");

        (await _it.LoadAsync()).Delay.ShouldBeNull();

        _it.View.LastGood.ShouldBeSameAs(_it.View.Desired);
        _it.View.InPrometheus.ShouldBeSameAs(_it.View.Desired);
        _it.View.LastGoodRendered.ShouldBe(Intents("too-slow"));
        _it.View.LastGoodGeneration.ShouldBe(4);
        _it.View.History.ShouldHaveSingleItem().Outcome.ShouldBe("Loaded");
    }

    [Fact]
    public async Task Rules_are_loaded_when_prometheus_has_them_whatever_the_others_do()
    {
        var desired = Make.Desired(Both);
        _it.Know(view => view with { Desired = desired });
        _it.Prometheus("h1");

        (await _it.LoadAsync()).Delay.ShouldBeNull("a replica that becomes ready is noticed");

        _it.View.InPrometheus.ShouldBeSameAs(desired);
        _it.View.LastGood.ShouldBeNull();
        _it.View.Loads["alertmanager"].State.ShouldBe(LoadState.Waiting);
    }

    [Fact]
    public async Task What_the_log_names_is_blamed_in_the_state_in_which_it_was_refused()
    {
        _it.Know(view => view with { Desired = _desired, Rendered = Intents("too-slow", "other") });
        _it.Prometheus("h0", refusal: "no");
        _it.Log = TemplateFault.TrimEnd();
        // Corrected while the refusal was looked into: the new spec has done nothing.
        _it.World.AlertRuleStore.Set(Make.Rule("too-slow", "up == 1", generation: 2, version: "2"));

        await _it.LoadAsync();

        var (who, refused) = _it.View.Refused.ShouldHaveSingleItem();
        who.ShouldBe(Make.Ref());
        refused.ShouldBe(new RefusedResource(new IntentId("uid-too-slow", 1), "annotation \"summary\": bad"));
        _it.View.IsRenderDue.ShouldBeTrue();
        _it.View.Search.ShouldBeNull();
    }

    [Fact]
    public async Task What_the_log_does_not_name_is_searched_for_among_what_changed()
    {
        _it.Know(view =>
            view with
            {
                Desired = _desired,
                Rendered = Intents("too-slow", "other", "third"),
                LastGood = Make.Desired(),
                LastGoodRendered = Intents("third"),
            }
        );
        _it.Prometheus("h0", refusal: "no");
        _it.Transport.On("format_query", """{"status":"success","data":"x"}""");

        await _it.LoadAsync();

        var search = _it.View.Search.ShouldNotBeNull();
        search.Component.ShouldBe("prometheus");
        search.Withheld.ShouldBe([Make.Ref("other"), Make.Ref("too-slow")], ignoreOrder: true);
        search.Admits(Make.Ref("third"), new IntentId("uid-third", 1)).ShouldBeTrue();
        search.Admits(Make.Ref("third"), new IntentId("uid-third", 2)).ShouldBeFalse("it was changed since");
        search.Admits(Make.Ref("new"), new IntentId("uid-new", 1)).ShouldBeFalse("it is new");
        search.Admits(Make.Ref("new", "Dashboard"), new IntentId("uid-new", 1)).ShouldBeTrue("nobody loads it");
    }

    [Fact]
    public async Task What_a_running_server_cannot_parse_is_blamed_without_a_search()
    {
        _it.Know(view => view with { Desired = _desired, Rendered = Intents("too-slow", "other") });
        _it.Prometheus("h0", refusal: "no");
        _it.Transport.On(
            "format_query",
            """{"status":"error","error":"1:1: parse error"}""",
            System.Net.HttpStatusCode.BadRequest
        );

        await _it.LoadAsync();

        _it.View.Refused[Make.Ref()].Message.ShouldBe("spec.expr: 1:1: parse error");
    }

    [Fact]
    public async Task Nobody_is_blamed_when_something_newer_was_applied_while_the_refusal_was_looked_into()
    {
        var newer = Make.Desired();
        _it.Know(view => view with { Desired = _desired, Rendered = Intents("too-slow") });
        _it.Prometheus("h0", refusal: "no");
        _it.Log = TemplateFault.TrimEnd();
        _it.OnLog = () => _it.Runtime.Update(view => view with { Desired = newer });

        await _it.LoadAsync();

        _it.View.Refused.ShouldBeEmpty();
        _it.View.IsRenderDue.ShouldBeFalse();
        _it.Loops.Load.Depth.ShouldBe(1);
    }

    [Fact]
    public async Task A_search_goes_on_though_another_component_is_down()
    {
        _it.Know(view =>
            view with
            {
                Desired = Make.Desired(Both),
                Search = RefusalSearch.Start([Make.Ref(), Make.Ref("other")], "prometheus"),
            }
        );
        _it.Prometheus("h1");

        await _it.LoadAsync();

        _it.View.Search.ShouldNotBeNull().Testing.Length.ShouldBe(2);
        _it.View.IsRenderDue.ShouldBeTrue();
        _it.View.LastGood.ShouldBeNull("some of it is left out");
    }

    [Fact]
    public async Task A_search_waits_for_the_component_that_it_is_about()
    {
        var search = RefusalSearch.Start([Make.Ref()], "prometheus");
        _it.Know(view => view with { Desired = Make.Desired(), Search = search });
        _it.World.Pods.Set(
            Make.Pod(address: null) with
            {
                Metadata = Make.Pod().Metadata with { ResourceVersion = "2" },
            }
        );

        (await _it.LoadAsync()).Delay.ShouldNotBeNull();

        _it.View.Search.ShouldBeSameAs(search);
        _it.View.IsRenderDue.ShouldBeFalse();
    }

    [Fact]
    public async Task A_search_about_a_component_that_is_no_more_ends()
    {
        _it.Know(view => view with { Desired = Make.Desired(), Search = RefusalSearch.Start([Make.Ref()], "gone") });
        _it.Prometheus("h1");

        await _it.LoadAsync();

        _it.View.Search.ShouldBeNull();
        _it.View.IsRenderDue.ShouldBeTrue();
    }

    [Fact]
    public async Task A_refusal_without_suspects_brings_the_last_good_state_back()
    {
        var good = Make.Desired(hash: "good");
        _it.Know(view => view with { Desired = _desired, LastGood = good, Generation = 3 });
        _it.Prometheus("h0", refusal: "bad global section");

        await _it.LoadAsync();

        _it.View.RefusedStack.ShouldBe(new RefusedConfig(3, "main-prometheus-0: bad global section"));
        _it.View.IsRenderDue.ShouldBeTrue();
        _it.View.History[0].Outcome.ShouldBe("Refused: main-prometheus-0: bad global section");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task That_the_last_good_state_is_taken_again_does_not_excuse_the_refused_one(bool isGood)
    {
        var desired = Make.Desired();
        _it.Know(view =>
            view with
            {
                Desired = desired,
                LastGood = isGood ? desired : Make.Desired(),
                RefusedStack = new RefusedConfig(1, "no"),
            }
        );
        _it.Prometheus("h1");

        await _it.LoadAsync();

        (_it.View.RefusedStack is not null).ShouldBe(isGood);
    }

    [Fact]
    public async Task A_crash_of_before_is_not_held_against_what_was_applied_since()
    {
        var crashed = new ContainerStatus
        {
            Name = "prometheus",
            RestartCount = 3,
            State = new ContainerState
            {
                Terminated = new ContainerStateTerminated { ExitCode = 2, StartedAt = Make.Start.AddMinutes(-1) },
            },
        };
        var pod = Make.Pod(address: null, containers: crashed);
        _it.World.Pods.Set(pod with { Metadata = pod.Metadata with { ResourceVersion = "2" } });
        _it.Know(view => view with { Desired = _desired, Rendered = Intents("too-slow"), ConfiguredAt = Make.Start });

        await _it.LoadAsync();

        _it.View.Search.ShouldBeNull();
        _it.View.Loads["prometheus"].State.ShouldBe(LoadState.Waiting);
    }

    [Fact]
    public async Task What_an_alertmanager_refuses_is_no_fault_of_a_rule_without_channels()
    {
        _it.World.Pods.Set(Make.Pod("alertmanager"));
        _it.Know(view =>
            view with
            {
                Desired = Make.Desired(Both),
                Rendered = Intents("too-slow", "other"),
                LastGood = Make.Desired(),
            }
        );
        _it.Prometheus("h1");
        _it.Transport.On("POST main-alertmanager-0", "bad channel", System.Net.HttpStatusCode.InternalServerError)
            .On("main-alertmanager-0 /metrics", "alertmanager_config_hash 1\n");

        await _it.LoadAsync();

        _it.View.Search.ShouldBeNull("no rule is taken out of Prometheus for it");
        _it.View.RefusedStack.ShouldNotBeNull().Message.ShouldBe("main-alertmanager-0: bad channel");
    }

    [Fact]
    public async Task A_paused_stack_and_one_that_is_about_to_be_rendered_anew_are_left_alone()
    {
        _it.Know(view => view with { Desired = _desired, Paused = true });
        await _it.LoadAsync();
        _it.Know(view => view with { Desired = _desired, Paused = false, IsRenderDue = true });
        await _it.LoadAsync();

        _it.Transport.Seen.ShouldBeEmpty();
    }

    private static Dictionary<ResourceRef, IntentId> Intents(params string[] names) =>
        names.ToDictionary(name => Make.Ref(name), name => new IntentId($"uid-{name}", 1));
}
