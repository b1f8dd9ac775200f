using Binnacle.Api;
using EndToEnd.Tests.Harness;

namespace EndToEnd.Tests;

/// <summary>Which stack takes a resource, and why none does.</summary>
[Collection(SharedStackTests.Name)]
public sealed class SelectionTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    [Fact]
    public async Task What_no_stack_selects_says_why_and_what_would_help()
    {
        await using var home = await TestNamespace.CreateAsync(Cluster, "nobody");
        await home.ApplyAsync(AlertRuleTests.Rule("lonely", "vector(1) > 2"));
        var lonely = await home.ShouldAsync<AlertRule>(
            "lonely",
            rule => rule.Now().Conditions.ShouldFail(ConditionTypes.Selected, "NamespaceNotSelected")
        );
        var words = lonely.Status!.Conditions.ShouldFail(ConditionTypes.Selected).Message;
        Print(words);
        words.ShouldContain($"{stack.Stack.FullName}");
        words.ShouldContain("label the namespace");

        // The remedy works: the namespace gets the label that the stack asks for.
        await stack.AdoptAsync(home);
        var adopted = await home.ShouldAsync<AlertRule>("lonely", StackManifests.IsLoaded);
        adopted.Status!.Stack.ShouldBe($"{stack.Stack.FullName}");
    }

    [Fact]
    public async Task A_stack_can_be_named_and_a_wrong_name_is_told()
    {
        await using var home = await TestNamespace.CreateAsync(Cluster, "named");
        await home.ApplyAsync(AlertRuleTests.Rule("named", "vector(1) > 2", "stackRef: {name: nowhere}"));
        var lost = await home.ShouldAsync<AlertRule>(
            "named",
            rule => rule.Now().Conditions.ShouldFail(ConditionTypes.Selected, "StackNotFound")
        );
        lost.Status!.Conditions.ShouldFail(ConditionTypes.Selected).Message.ShouldContain($"{home.Name}/nowhere");

        await home.ApplyAsync(
            AlertRuleTests.Rule(
                "named",
                "vector(1) > 2",
                $"stackRef: {{name: {stack.Stack.Name}, namespace: {stack.Home.Name}}}"
            )
        );
        await home.ShouldAsync<AlertRule>("named", StackManifests.IsLoaded);
    }
}
