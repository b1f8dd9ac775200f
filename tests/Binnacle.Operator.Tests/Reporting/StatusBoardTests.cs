using Binnacle.Operator.Live;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Reporting;

public sealed class StatusBoardTests
{
    private static readonly ObjectKey Other = new("monitoring", "other");
    private readonly StackRegistry _registry = new();

    [Fact]
    public void An_error_counts_more_than_a_warning_and_the_first_of_either()
    {
        ResourceProblem Problem(string reason, bool isError) => new(Make.Ref(), reason, "", isError);
        var view = StackView.Empty with
        {
            Desired = Make.Desired(
                problems: [Problem("W1", false), Problem("E1", true), Problem("E2", true), Problem("W2", false)]
            ),
        };

        view.Problems[Make.Ref()].Reason.ShouldBe("E1");
    }

    [Fact]
    public void Of_several_stacks_the_one_that_is_worst_off_speaks_and_each_has_its_own_say()
    {
        var intents = new Dictionary<ResourceRef, IntentId> { [Make.Ref()] = new("uid-too-slow", 1) };
        _registry
            .Of(Make.Stack())
            .Update(view =>
                view with
                {
                    Desired = Make.Desired(),
                    Rendered = intents,
                    InPrometheus = Make.Desired(),
                    InPrometheusRendered = intents,
                }
            );
        _registry.Of(Make.Stack(name: "other"));
        var entry = Make.Entry(Make.Rule()) with { Selection = Make.Taken(Make.StackKey, Other) };

        var (verdict, reports) = StatusBoard.Judged(entry, _registry);

        reports.Select(report => report.Verdict.Ready.Status).ShouldBe(["True", "False"]);
        verdict.ShouldBe(reports[1].Verdict);
    }

    [Fact]
    public void The_live_state_is_that_of_the_first_stack_that_has_any()
    {
        _registry.Of(Make.Stack());
        var live = LiveState.Unknown with
        {
            Alerts = new Dictionary<ObjectKey, AlertLive> { [new("shop", "too-slow")] = AlertLive.Quiet },
        };
        _registry.Of(Make.Stack(name: "other")).Update(view => view with { Live = live });
        var entry = Make.Entry(Make.Rule()) with { Selection = Make.Taken(Make.StackKey, Other) };

        StatusBoard.ViewOf(entry, _registry).Live.ShouldBeSameAs(live);
        StatusBoard.ViewOf(entry with { Selection = Make.Taken(Make.StackKey) }, _registry).Live.Alerts.ShouldBeEmpty();
        StatusBoard.ViewOf(entry with { Selection = Make.Taken() }, _registry).ShouldBeSameAs(StackView.Empty);
    }
}
