using Binnacle.Operator.Observing;
using Binnacle.Operator.Tests.Fakes;
using Kubernetes.Models;

namespace Binnacle.Operator.Tests.Observing;

public sealed class SelectionTests
{
    private static readonly ObjectKey A = new("ops", "a");
    private static readonly ObjectKey B = new("ops", "b");

    [Fact]
    public void Without_stacks_says_that_there_is_none()
    {
        var result = Decide([]);

        result.IsSelected.ShouldBeFalse();
        result.Reason.ShouldBe("NoStackInCluster");
        result.Message.ShouldContain("create one");
    }

    [Fact]
    public void A_stack_without_selectors_takes_everything()
    {
        var result = Decide([new StackSelectors(A, null, null)]);

        result.Stacks.ShouldBe([A]);
        result.Reason.ShouldBe("Selected");
        result.Message.ShouldBe("taken by MonitoringStack ops/a");
    }

    [Fact]
    public void Several_stacks_may_take_one_resource()
    {
        var result = Decide([new StackSelectors(A, null, null), new StackSelectors(B, null, Match("team", "shop"))]);

        result.Stacks.ShouldBe([A, B]);
        result.Message.ShouldBe("taken by MonitoringStack ops/a, ops/b");
    }

    [Fact]
    public void A_namespace_that_no_stack_selects_is_named_with_its_labels_and_the_remedy()
    {
        var result = Decide([new StackSelectors(A, Match("monitoring", "on"), null)], home: Make.Labels(("x", "1")));

        result.Reason.ShouldBe("NamespaceNotSelected");
        result.Message.ShouldBe(
            "MonitoringStack ops/a takes resources of namespaces with labels monitoring=on; namespace shop has "
                + "the labels x=1: label the namespace, widen spec.namespaceSelector, or name the stack in "
                + "spec.stackRef of this AlertRule"
        );
    }

    [Fact]
    public void Labels_that_no_stack_selects_are_named_with_the_remedy()
    {
        var result = Decide([new StackSelectors(A, null, Match("team", "billing"))]);

        result.Reason.ShouldBe("LabelsNotSelected");
        result.Message.ShouldContain(
            "takes resources with labels team=billing; this AlertRule has the labels team=shop"
        );
        result.Message.ShouldContain("widen spec.resourceSelector");
    }

    [Fact]
    public void Of_several_stacks_the_nearest_miss_is_explained()
    {
        // The first one fails by namespace, the second only by label: that one is easier to meet.
        var result = Decide([
            new StackSelectors(A, Match("monitoring", "on"), null),
            new StackSelectors(B, null, Match("team", "billing")),
        ]);

        result.Reason.ShouldBe("LabelsNotSelected");
        result.Message.ShouldContain("ops/b");
    }

    [Fact]
    public void A_stack_that_is_named_takes_the_resource_whatever_its_selectors_say()
    {
        var result = Decide(
            [new StackSelectors(A, Match("monitoring", "on"), null), new StackSelectors(B, null, null)],
            named: A
        );

        result.Stacks.ShouldBe([A]);
    }

    [Theory]
    [InlineData(true, "name one that does: ops/a")]
    [InlineData(false, "remove the reference")]
    public void A_named_stack_that_does_not_exist_is_told_with_the_remedy(bool hasOther, string remedy)
    {
        var result = Decide(hasOther ? [new StackSelectors(A, null, null)] : [], named: B);

        result.IsSelected.ShouldBeFalse();
        result.Reason.ShouldBe("StackNotFound");
        result.Message.ShouldContain("MonitoringStack ops/b, which does not exist");
        result.Message.ShouldContain(remedy);
    }

    private static SelectionResult Decide(
        IReadOnlyList<StackSelectors> stacks,
        ObjectKey? named = null,
        IReadOnlyDictionary<string, string>? home = null
    ) => Selection.Decide(Make.Meta("rule", labels: Make.Labels(("team", "shop"))), "AlertRule", named, stacks, home);

    private static LabelSelector Match(string name, string value) => new() { MatchLabels = Make.Labels((name, value)) };
}
