using Binnacle.Operator.Observing;
using Binnacle.Operator.Tests.Fakes;
using Binnacle.Testing;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests;

public sealed class StackLoopsTests : IDisposable
{
    private static readonly ObjectKey A = new("ops", "a");
    private static readonly ObjectKey B = new("ops", "b");
    private readonly ManualTimeProvider _clock = new();
    private readonly StackLoops _loops;
    private readonly List<ObjectKey> _stacks = [];

    public StackLoopsTests()
    {
        _loops = new StackLoops(_clock);
        _loops.Begin(() => _stacks, () => []);
        _stacks.AddRange([A, B]);
    }

    public void Dispose() => _loops.Dispose();

    [Fact]
    public void A_stack_is_rendered_and_read()
    {
        _loops.StackChanged(A, initial: false);

        Due().ShouldBe("render 1, load 0, live 1, report 0, status 0");
    }

    [Fact]
    public void A_resource_wakes_the_stacks_that_had_it_and_those_that_have_it()
    {
        var before = Make.Entry(Make.Rule()) with { Selection = Make.Taken(A) };
        var after = before with { Selection = Make.Taken(B) };

        _loops.ResourceChanged(before, after);

        Due().ShouldBe("render 2, load 0, live 0, report 0, status 0");
    }

    [Fact]
    public void A_resource_that_nobody_takes_speaks_for_itself()
    {
        var before = Make.Entry(Make.Rule()) with { Selection = Make.Taken(A) };
        var after = before with { Selection = new SelectionResult([], "LabelsNotSelected", "no") };

        _loops.ResourceChanged(before, after);

        Due().ShouldBe("render 1, load 0, live 0, report 0, status 1");
    }

    [Fact]
    public void A_resource_that_is_rejected_is_told_at_once()
    {
        _loops.ResourceChanged(
            null,
            Make.Entry(Make.Rule(), rejection: "spec.expr: no") with
            {
                Selection = Make.Taken(A),
            }
        );

        Due().ShouldBe("render 1, load 0, live 0, report 0, status 1");
    }

    [Fact]
    public void A_resource_that_is_gone_has_no_status()
    {
        _loops.ResourceChanged(Make.Entry(Make.Rule()) with { Selection = Make.Taken(A) }, null);

        Due().ShouldBe("render 1, load 0, live 0, report 0, status 0");
    }

    /// <summary>Else a replica that waits for months would hold the key of everything that ever came and went.</summary>
    [Fact]
    [Trait("Guarantee", "Q16")]
    public void Before_the_begin_nothing_is_collected_and_then_all_there_is_comes()
    {
        using var loops = new StackLoops(_clock);
        var lost = Make.Entry(Make.Rule()) with { Selection = new SelectionResult([], "LabelsNotSelected", "no") };
        var taken = Make.Entry(Make.Rule("taken")) with { Selection = Make.Taken(A) };

        loops.StackChanged(A, initial: true);
        loops.ResourceChanged(null, lost);
        loops.ResourceChanged(taken, null);
        loops.NamespacesChanged();
        loops.OwnedChanged(A, "Pod", concernsIntent: true);
        loops.OwnedChanged(A, "ConfigMap", concernsIntent: true);
        Due(loops).ShouldBe("render 0, load 0, live 0, report 0, status 0");

        loops.Begin(() => [A, B], () => [lost, taken]);
        Due(loops).ShouldBe("render 2, load 0, live 2, report 0, status 1");
    }

    [Fact]
    public void Namespaces_concern_all_stacks()
    {
        _loops.NamespacesChanged();

        Due().ShouldBe("render 2, load 0, live 0, report 0, status 0");
    }

    [Theory]
    [InlineData("Pod", true, "render 0, load 1, live 0, report 1, status 0")]
    [InlineData("StatefulSet", true, "render 1, load 0, live 0, report 1, status 0")]
    [InlineData("StatefulSet", false, "render 0, load 0, live 0, report 1, status 0")]
    [InlineData("Deployment", true, "render 1, load 0, live 0, report 1, status 0")]
    [InlineData("ConfigMap", true, "render 1, load 0, live 0, report 0, status 0")]
    [InlineData("ConfigMap", false, "render 0, load 0, live 0, report 0, status 0")]
    public void What_the_stack_owns_wakes_what_depends_on_it(string kind, bool concernsIntent, string due)
    {
        _loops.OwnedChanged(A, kind, concernsIntent);

        Due().ShouldBe(due);
    }

    [Fact]
    public void Many_changes_are_one_render_but_not_put_off_for_ever()
    {
        for (var i = 0; i < 30; i++)
        {
            _loops.RenderDue(A);
            _clock.Advance(TimeSpan.FromMilliseconds(40));
            if (_loops.Render.Depth > 0)
            {
                (i * 40).ShouldBeInRange(900, 1000);
                return;
            }
        }

        Assert.Fail("it never came up");
    }

    private string Due() => Due(_loops);

    private string Due(StackLoops loops)
    {
        _clock.Advance(TimeSpan.FromSeconds(1));
        return $"render {loops.Render.Depth}, load {loops.Load.Depth}, live {loops.Live.Depth}, "
            + $"report {loops.Report.Depth}, status {loops.Status.Depth}";
    }
}
