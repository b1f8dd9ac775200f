using Binnacle.Api;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;

namespace Binnacle.Operator.Tests.Observing;

public sealed class ResourceTableTests
{
    private readonly Store<MonitoringStack> _stacks = new();
    private readonly Store<Namespace> _namespaces = new();
    private readonly Store<AlertRule> _rules = new();
    private readonly List<(ResourceEntry? Before, ResourceEntry? After)> _told = [];
    private readonly SelectionInputs _inputs;
    private readonly ResourceTable<AlertRule> _table;
    private Action _whileValidating = () => { };
    private int _validations;

    public ResourceTableTests()
    {
        _inputs = new SelectionInputs(_stacks, _namespaces);
        _table = new ResourceTable<AlertRule>(
            "AlertRule",
            _inputs,
            rule =>
            {
                _validations++;
                _whileValidating();
                return ResourceCheck.Rejection(rule);
            },
            (before, after) => _told.Add((before, after))
        );
        _rules.Subscribe(_table.OnChange);
    }

    [Fact]
    public void A_status_write_keeps_the_instance_and_wakes_nobody()
    {
        _rules.Set(Make.Rule(version: "1"));
        var entry = _table.List()[0];

        _rules.Set(Make.Rule(version: "2") with { Status = new AlertRuleStatus { Active = 1 } });

        _table.List()[0].ShouldBeSameAs(entry);
        _told.Count.ShouldBe(1);
        _validations.ShouldBe(1);
    }

    [Fact]
    public void A_new_spec_makes_a_new_entry()
    {
        _rules.Set(Make.Rule(version: "1"));
        _rules.Set(Make.Rule(expr: "up == 1", version: "2", generation: 2));

        _table.List()[0].Generation.ShouldBe(2);
        _told[1].Before!.Generation.ShouldBe(1);
        _told[1].After!.Generation.ShouldBe(2);
    }

    [Fact]
    public void A_resource_that_is_deleted_or_about_to_be_is_out()
    {
        _rules.Set(Make.Rule("a"));
        _rules.Set(Make.Rule("b"));
        _rules.Remove(new ObjectKey("shop", "a"));
        var going = Make.Rule("b", version: "2");
        _rules.Set(going with { Metadata = going.Metadata with { DeletionTimestamp = Make.Start } });

        _table.List().ShouldBeEmpty();
        _told.Count(change => change.After is null).ShouldBe(2);
    }

    [Fact]
    public void An_invalid_resource_is_in_with_its_reasons()
    {
        _rules.Set(Make.Rule(expr: ""));

        var entry = _table.List()[0];
        entry.IsAccepted.ShouldBeFalse();
        entry.Rejection.ShouldNotBeNull().ShouldContain("spec.expr");
    }

    [Fact]
    public void Reselecting_changes_only_what_comes_out_otherwise()
    {
        _rules.Set(Make.Rule("a"));
        _rules.Set(Make.Rule("b"));
        _table.List().ShouldAllBe(entry => entry.Selection.Reason == "NoStackInCluster");
        _told.Clear();

        _table.Reselect();
        _told.ShouldBeEmpty();

        _stacks.Set(Make.Stack());
        _inputs.Refresh();
        _table.Reselect();
        _told.Count.ShouldBe(2);
        _table.List().ShouldAllBe(entry => entry.Selection.Stacks.Contains(Make.StackKey));
        _validations.ShouldBe(2, "what a resource says does not depend on who takes it");
    }

    [Fact]
    public void Reselecting_one_namespace_leaves_the_others()
    {
        _rules.Set(Make.Rule("a"));
        _stacks.Set(Make.Stack());
        _inputs.Refresh();

        _table.Reselect("elsewhere");
        _table.List()[0].Selection.IsSelected.ShouldBeFalse();

        _table.Reselect("shop");
        _table.List()[0].Selection.IsSelected.ShouldBeTrue();
    }

    [Fact]
    public void A_stack_that_comes_while_a_resource_is_validated_is_not_missed()
    {
        _whileValidating = () =>
        {
            _stacks.Set(Make.Stack());
            _inputs.Refresh();
            _table.Reselect();
        };

        _rules.Set(Make.Rule());

        _table.List()[0].Selection.IsSelected.ShouldBeTrue();
    }

    [Fact]
    public async Task Reselecting_never_brings_an_older_spec_back()
    {
        _rules.Set(Make.Rule(version: "0", generation: 0));
        using var done = new CancellationTokenSource();
        var reselecting = Task.Run(() =>
        {
            for (var i = 0; !done.IsCancellationRequested; i++)
            {
                _namespaces.Set(
                    Make.Home("shop", ("n", i.ToString(System.Globalization.CultureInfo.InvariantCulture)))
                );
                _stacks.Set(Make.Stack(version: $"{i}", generation: i) with { Spec = Selecting(i % 2 == 0) });
                _inputs.Refresh();
                _table.Reselect();
            }
        });

        for (var i = 1; i <= 3000; i++)
        {
            _rules.Set(Make.Rule(version: $"{i}", generation: i));
            _table.List()[0].Generation.ShouldBe(i);
        }

        await done.CancelAsync();
        await reselecting.WaitAsync(TimeSpan.FromSeconds(10));

        static MonitoringStackSpec Selecting(bool all) =>
            new() { ResourceSelector = all ? null : new LabelSelector { MatchLabels = Make.Labels(("no", "such")) } };
    }

    [Fact]
    public void A_stack_with_a_selector_that_means_nothing_takes_nothing_and_harms_no_other()
    {
        var broken = new LabelSelector
        {
            MatchExpressions = [new LabelSelectorRequirement { Key = "team", Operator = "Like" }],
        };
        _stacks.Set(Make.Stack(new MonitoringStackSpec { ResourceSelector = broken }, name: "broken"));
        _inputs.Refresh();
        _rules.Set(Make.Rule("a"));

        var selection = _table.List().ShouldHaveSingleItem().Selection;
        selection.IsSelected.ShouldBeFalse();
        selection.Message.ShouldContain("'Like' is not one of In, NotIn, Exists, DoesNotExist");

        _stacks.Set(Make.Stack());
        _inputs.Refresh();
        _table.Reselect();
        _table.List()[0].Selection.Stacks.ShouldBe([Make.StackKey]);
    }
}
