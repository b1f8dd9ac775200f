using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>ResourceQuotas.</summary>
public sealed class QuotaTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S13")]
    public async Task What_is_over_the_limit_is_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);

        // The namespace's own ConfigMap counts.
        await QuotaAsync(api, "maps", """{"configmaps":"2","count/secrets":"1","services":"0"}""", "configmaps", "1");
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        var refused = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("b"))).ShouldBe(403);
        refused.Reason.ShouldBe("Forbidden");
        refused.Message.ShouldBe(
            "configmaps \"b\" is forbidden: exceeded quota: maps, requested: configmaps=1, used: configmaps=2, limited: configmaps=2"
        );
        refused.At("details")!.ToJsonString().ShouldBe("""{"name":"b","kind":"configmaps"}""");
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(403);
        (await api.MergeAsync($"{api.ConfigMaps}/a", """{"data":{"key":"other"}}""")).ShouldBe(200);

        // What goes makes room.
        (await api.DeleteAsync($"{api.ConfigMaps}/a")).ShouldBe(200);
        await api.UntilAsync(async () => (await api.PostAsync(api.ConfigMaps, api.ConfigMap("b"))).Code == 201);

        var service = Json.Parse("""{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}""");
        (await api.PostAsync($"/api/v1/namespaces/{api.Namespace}/services", service))
            .ShouldBe(403)
            .Message.ShouldBe(
                "services \"s\" is forbidden: exceeded quota: maps, requested: services=1, used: services=0, limited: services=0"
            );
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S13")]
    public async Task Many_at_once_do_not_get_more_than_there_is(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await QuotaAsync(api, "maps", """{"count/configmaps":"6"}""", "count/configmaps", "1");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => api.PostAsync(api.ConfigMaps, api.ConfigMap($"c{i}")))
        );
        answers.Count(answer => answer.Code == 201).ShouldBe(5);
        answers.Where(answer => answer.Code != 201).ShouldAllBe(answer => answer.Code == 403);
        (await api.PostAsync($"{api.ConfigMaps}?dryRun=All", api.ConfigMap("dry"))).ShouldBe(403);
        await UntilUsedAsync(api, "maps", "count/configmaps", "6");
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S13")]
    public async Task Pods_count_with_what_they_request(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await QuotaAsync(api, "pods", """{"pods":"5","requests.memory":"1Gi"}""", "pods", "0");
        var pods = $"/api/v1/namespaces/{api.Namespace}/pods";
        (await api.PostAsync(pods, Pod("silent", null)))
            .ShouldBe(403)
            .Message.ShouldStartWith("pods \"silent\" is forbidden: failed quota: pods: must specify requests.memory");
        (await api.PostAsync(pods, Pod("one", "600Mi"))).ShouldBe(201);
        (await api.PostAsync(pods, Pod("two", "600Mi")))
            .ShouldBe(403)
            .Message.ShouldBe(
                "pods \"two\" is forbidden: exceeded quota: pods, requested: requests.memory=600Mi, used: requests.memory=600Mi, limited: requests.memory=1Gi"
            );
        (await api.PostAsync(pods, Pod("three", "424Mi"))).ShouldBe(201);
        await UntilUsedAsync(api, "pods", "requests.memory", "1Gi");

        JsonObject Pod(string name, string? memory)
        {
            var container = new JsonObject { ["name"] = "c", ["image"] = "app:1" };
            if (memory is not null)
            {
                container["resources"] = new JsonObject { ["requests"] = new JsonObject { ["memory"] = memory } };
            }

            var pod = api.Object("v1", "Pod", name);
            // Nobody is to run it, and no token is to be waited for.
            pod["spec"] = new JsonObject
            {
                ["schedulerName"] = "nobody",
                ["automountServiceAccountToken"] = false,
                ["containers"] = new JsonArray(container),
            };
            return pod;
        }
    }

    private static async Task QuotaAsync(Api api, string name, string hard, string resource, string used)
    {
        var quota = api.Object("v1", "ResourceQuota", name);
        quota["spec"] = new JsonObject { ["hard"] = JsonNode.Parse(hard) };
        (await api.PostAsync($"/api/v1/namespaces/{api.Namespace}/resourcequotas", quota)).ShouldBe(201);
        await UntilUsedAsync(api, name, resource, used);
    }

    private static Task UntilUsedAsync(Api api, string name, string resource, string used) =>
        api.UntilAsync(async () =>
            (await api.GetAsync($"/api/v1/namespaces/{api.Namespace}/resourcequotas/{name}"))
                .At("status", "used", resource)
                ?.GetValue<string>() == used
        );
}
