using Binnacle.Api;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Reconciling;

public sealed class StackReconcilerTests : IDisposable
{
    private readonly Harness _it = new();

    public StackReconcilerTests()
    {
        _it.World.Namespaces.Set(Make.Home("monitoring"));
        _it.World.Namespaces.Set(Make.Home("shop"));
        Take(Make.Stack());
        _it.World.AlertRuleStore.Set(Make.Rule());
    }

    public void Dispose() => _it.Dispose();

    [Fact]
    public async Task A_stack_is_rendered_applied_and_handed_on()
    {
        await _it.RenderAsync();

        _it.View.Desired.ShouldNotBeNull().Rules.Rules.ShouldHaveSingleItem().Source.ShouldBe(Make.Ref());
        _it.View.Rendered[Make.Ref()].ShouldBe(new IntentId("uid-too-slow", 1));
        _it.Client.Writes.ShouldContain(write => write.Kind == "StatefulSet");
        _it.Loops.Load.Depth.ShouldBe(1);
        _it.Loops.Live.Depth.ShouldBe(1, "before there was nothing to compare with, so nobody read");
    }

    [Fact]
    public async Task What_is_refused_is_not_offered_again_until_the_stack_changes()
    {
        var good = await RefusedAsync();

        await _it.RenderAsync();
        _it.View.Desired.ShouldBeSameAs(good);
        await _it.RenderAsync();
        _it.View.Desired.ShouldBeSameAs(good);
        _it.View.RefusedStack.ShouldNotBeNull();

        Take(Make.Stack(generation: 2, version: "2"));
        await _it.RenderAsync();
        _it.View.Desired.ShouldNotBeSameAs(good);
        _it.View.RefusedStack.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_refused_is_offered_again_when_something_else_changes_that_it_is_made_of()
    {
        var good = await RefusedAsync();
        await _it.RenderAsync();

        _it.World.AlertRuleStore.Remove(new ObjectKey("shop", "too-slow"));
        await _it.RenderAsync();

        _it.View.Desired.ShouldNotBeSameAs(good);
        _it.View.RefusedStack.ShouldBeNull();
    }

    [Fact]
    public async Task A_change_of_the_stack_ends_a_search()
    {
        await _it.RenderAsync();
        _it.Runtime.Update(view => view with { Search = RefusalSearch.Start([Make.Ref()], "prometheus") });

        await _it.RenderAsync();
        _it.View.Search.ShouldNotBeNull();
        _it.View.Rendered.ShouldBeEmpty("it is left out");

        Take(Make.Stack(generation: 2, version: "2"));
        await _it.RenderAsync();
        _it.View.Search.ShouldBeNull();
        _it.View.Rendered.Keys.ShouldBe([Make.Ref()]);
    }

    [Fact]
    public async Task What_was_found_out_while_it_was_rendered_is_not_taken_for_heeded()
    {
        await _it.RenderAsync();
        var found = false;
        var answer = _it.Client.Answer;
        _it.Client.Answer = request =>
        {
            if (!found && request.Verb == "apply")
            {
                found = true;
                _it.Runtime.Update(view =>
                    view with
                    {
                        IsRenderDue = true,
                        Search = RefusalSearch.Start([Make.Ref()], "prometheus"),
                    }
                );
            }

            return answer(request);
        };
        _it.World.AlertRuleStore.Set(Make.Rule(expr: "up == 2", generation: 2, version: "2"));

        await _it.RenderAsync();
        found.ShouldBeTrue();
        _it.View.IsRenderDue.ShouldBeTrue("what was applied holds what the search wants left out");

        await _it.RenderAsync();
        _it.View.IsRenderDue.ShouldBeFalse();
    }

    [Fact]
    public async Task A_refusal_is_forgotten_with_its_resource()
    {
        await _it.RenderAsync();
        _it.Runtime.Update(view =>
            view with
            {
                Refused = new Dictionary<ResourceRef, RefusedResource>
                {
                    [Make.Ref()] = new(new IntentId("uid-too-slow", 1), "no"),
                    [Make.Ref("gone")] = new(new IntentId("uid-gone", 1), "no"),
                },
            }
        );

        await _it.RenderAsync();

        _it.View.Refused.Keys.ShouldBe([Make.Ref()]);
    }

    [Fact]
    public async Task A_stack_that_is_created_anew_is_not_taken_for_the_one_before()
    {
        await RefusedAsync();
        Take(
            Make.Stack(version: "9") with
            {
                Metadata = Make.Meta("main", "monitoring", version: "9", uid: "another"),
            }
        );

        await _it.RenderAsync();

        _it.View.RefusedStack.ShouldBeNull();
    }

    [Fact]
    public async Task Nothing_is_applied_in_a_namespace_that_is_going()
    {
        var home = Make.Home("monitoring", ("x", "y"));
        _it.World.Namespaces.Set(home with { Metadata = home.Metadata with { DeletionTimestamp = Make.Start } });

        await _it.RenderAsync();

        _it.Client.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task An_invalid_or_paused_stack_is_left_as_it_is()
    {
        Take(Make.Stack(new MonitoringStackSpec { Paused = true }, 2, version: "2"));
        await _it.RenderAsync();
        _it.View.Paused.ShouldBeTrue();

        Take(
            Make.Stack(
                new MonitoringStackSpec { Metrics = new MetricsSpec { ScrapeInterval = "soon" } },
                3,
                version: "3"
            )
        );
        await _it.RenderAsync();
        _it.View.Rejection.ShouldNotBeNull().ShouldContain("spec.metrics.scrapeInterval");
        _it.Client.Writes.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_stack_that_is_gone_is_forgotten()
    {
        await _it.RenderAsync();
        _it.World.Stacks.Remove(Make.StackKey);

        await _it.RenderAsync();

        _it.Registry.Find(Make.StackKey).ShouldBeNull();
    }

    [Theory]
    [InlineData("", "Applied", "Applied h")]
    [InlineData("Applied h", "Loaded", "Loaded h")]
    [InlineData("Loaded h", "Applied", "Loaded h")]
    [InlineData("Loaded h", "Loaded", "Loaded h")]
    [InlineData("Refused: x h", "Applied", "Refused: x h")]
    [InlineData("Loaded g", "Applied", "Applied h,Loaded g")]
    [InlineData("Applied h", "Refused: x", "Refused: x h")]
    public void History_has_a_record_for_each_render(string before, string outcome, string expected)
    {
        RenderRecord[] history =
            before.Length == 0 ? [] : [new RenderRecord { Hash = before[^1..], Outcome = before[..^2] }];

        var after = StackRuntime.Remember(history, "h", outcome, Make.Start);

        string.Join(',', after.Select(record => $"{record.Outcome} {record.Hash}")).ShouldBe(expected);
    }

    [Fact]
    public void History_is_bounded()
    {
        IReadOnlyList<RenderRecord> history = [];
        for (var i = 0; i < 30; i++)
        {
            history = StackRuntime.Remember(history, $"{i}", "Loaded", Make.Start);
        }

        history.Count.ShouldBe(10);
        history[0].Hash.ShouldBe("29");
    }

    [Fact]
    public void After_a_restart_the_status_in_the_cluster_is_gone_on_from()
    {
        var stack = Make.Stack() with
        {
            Status = new MonitoringStackStatus
            {
                History = [new RenderRecord { Hash = "h", Outcome = "Loaded" }],
                Components = [new ComponentStatus { Engine = "Prometheus", Version = "2.55.1" }],
            },
        };

        var view = new StackRuntime(stack).View;

        view.History.ShouldHaveSingleItem().Hash.ShouldBe("h");
        view.Live.Versions.Prometheus.ShouldBe("2.55.1", "else the configuration would be that of another version");
        view.Live.Plan.ShouldBeNull();
    }

    private void Take(MonitoringStack stack) => _it.World.Stacks.Set(stack);

    /// <summary>A first state was taken, and the next was refused whatever was left out.</summary>
    private async Task<DesiredState> RefusedAsync()
    {
        _it.World.Selections.Refresh();
        await _it.RenderAsync();
        var good = _it.View.Desired!;
        _it.Runtime.Update(view =>
            view with
            {
                LastGood = good,
                LastGoodRendered = view.Rendered,
                RefusedStack = new RefusedConfig(1, "no"),
            }
        );
        return good;
    }
}
