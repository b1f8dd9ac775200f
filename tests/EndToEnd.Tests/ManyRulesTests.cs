using System.Diagnostics;
using Binnacle.Api;
using EndToEnd.Tests.Harness;
using Kubernetes.Models;

namespace EndToEnd.Tests;

/// <summary>Many rules at once, one of them broken.</summary>
[Collection(SharedStackTests.Name)]
public sealed class ManyRulesTests(ClusterFixture cluster, SharedStack stack) : EndToEndTest(cluster)
{
    private const int Count = 300;
    private const string Broken = "many-137";

    [Fact]
    public async Task All_but_the_broken_one_are_loaded_and_no_pod_restarts()
    {
        await using var home = await stack.NamespaceAsync("many");
        var before = await PodsAsync();
        var watch = Stopwatch.StartNew();
        await home.ApplyAllAsync(
            Enumerable
                .Range(0, Count)
                .Select(i => $"many-{i:000}")
                .Select(name =>
                    AlertRuleTests.Rule(
                        name,
                        "vector(1) > 2",
                        name == Broken ? "summary: '{{ frobnicate $value }}'" : "summary: '{{ $value }}'"
                    )
                )
        );
        var applied = watch.Elapsed;
        await home.ShouldAllAsync<AlertRule>(rules =>
        {
            rules.Count.ShouldBe(Count);
            rules.Count(IsLoaded).ShouldBe(Count - 1, "loaded rules");
        });
        var loaded = watch.Elapsed;
        var broken = await home.ShouldAsync<AlertRule>(
            Broken,
            rule => rule.Now().Conditions.ShouldFail(ConditionTypes.Accepted)
        );
        var words = broken.Status!.Conditions.ShouldFail(ConditionTypes.Accepted).Message;
        Print($"{Count} rules: applied after {applied.TotalSeconds:0.0} s, {Count - 1} of them loaded and the broken");
        Print($"one named after {loaded.TotalSeconds:0.0} s: {words}");
        words.ShouldContain("frobnicate");
        (await stack.Components.RulesAsync())
            .Count(rule => ((string)rule["name"]!).StartsWith("Many", StringComparison.Ordinal))
            .ShouldBe(Count - 1);
        (await PodsAsync()).ShouldBe(before, "no pod restarts for rules");
    }

    private static bool IsLoaded(AlertRule rule) =>
        rule.Status?.ObservedGeneration == rule.Metadata.Generation
        && rule.Status?.Conditions?.Any(c => c is { Type: ConditionTypes.Loaded, Status: "True" }) == true;

    private async Task<IReadOnlyList<string>> PodsAsync() =>
        [
            .. (await stack.Home.ListAsync<Pod>())
                .Select(pod => $"{pod.Metadata.Name} {pod.Metadata.Uid} {pod.Restarts()} restarts")
                .Order(StringComparer.Ordinal),
        ];
}
