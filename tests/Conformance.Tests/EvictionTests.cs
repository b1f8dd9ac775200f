using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Evictions within PodDisruptionBudgets.</summary>
public sealed class EvictionTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S17")]
    public async Task A_budget_keeps_its_pods(string server)
    {
        await using var api = await servers.OpenAsync(server);

        // Servers from before 1.21 have the group in its first version.
        var policy = (await api.GetAsync("/apis/policy/v1")).Code == 200 ? "policy/v1" : "policy/v1beta1";
        var budgets = $"/apis/{policy}/namespaces/{api.Namespace}/poddisruptionbudgets";
        foreach (var name in new[] { "a", "b", "c" })
        {
            await RunAsync(api, name);
        }

        var budget = api.Object(policy, "PodDisruptionBudget", "budget");
        budget["spec"] = Json.Parse("""{"minAvailable":2,"selector":{"matchLabels":{"app":"web"}}}""");
        (await api.PostAsync(budgets, budget)).ShouldBe(201);
        await api.UntilAsync(async () =>
            (await api.GetAsync($"{budgets}/budget")).At("status", "disruptionsAllowed")?.GetValue<int>() == 1
        );
        var status = (await api.GetAsync($"{budgets}/budget")).At("status")!;
        status["currentHealthy"]!.GetValue<int>().ShouldBe(3);
        status["desiredHealthy"]!.GetValue<int>().ShouldBe(2);
        status["expectedPods"]!.GetValue<int>().ShouldBe(3);

        var evicted = (await EvictAsync("a")).ShouldBe(201);
        evicted.Text("status").ShouldBe("Success");
        await api.UntilGoneAsync($"{Pods(api)}/a");
        await api.UntilAsync(async () =>
            (await api.GetAsync($"{budgets}/budget")).At("status", "currentHealthy")?.GetValue<int>() == 2
        );
        var refused = await EvictAsync("b");
        refused.ShouldBe(429);
        refused.Reason.ShouldBe("TooManyRequests");
        refused.Message.ShouldBe("Cannot evict pod as it would violate the pod's disruption budget.");
        refused.At("details", "causes")![0]!
            .ToJsonString()
            .ShouldBe(
                """{"reason":"DisruptionBudget","message":"The disruption budget budget needs 2 healthy pods and has 2 currently"}"""
            );
        (await api.GetAsync($"{Pods(api)}/b")).ShouldBe(200);

        // A pod that never ran is nobody's loss.
        (await api.PostAsync(Pods(api), Pod(api, "waiting"))).ShouldBe(201);
        (await EvictAsync("waiting")).ShouldBe(201);
        (await EvictAsync("nobody")).ShouldBe(404);

        Task<Answer> EvictAsync(string name) =>
            api.PostAsync($"{Pods(api)}/{name}/eviction", api.Object(policy, "Eviction", name));
    }

    private static string Pods(Api api) => $"/api/v1/namespaces/{api.Namespace}/pods";

    private static JsonObject Pod(Api api, string name)
    {
        var pod = api.Object("v1", "Pod", name);
        pod["metadata"]!["labels"] = new JsonObject { ["app"] = "web" };
        pod["spec"] = Json.Parse(
            """{"schedulerName":"nobody","automountServiceAccountToken":false,"containers":[{"name":"c","image":"app:1"}]}"""
        );
        return pod;
    }

    /// <summary>A pod that runs, as far as its status says.</summary>
    private static async Task RunAsync(Api api, string name)
    {
        (await api.PostAsync(Pods(api), Pod(api, name))).ShouldBe(201);
        (
            await api.MergeAsync(
                $"{Pods(api)}/{name}/status",
                """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True"}]}}"""
            )
        ).ShouldBe(200);
    }
}
