using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Webhooks that are asked about parts of objects, and about connections to them.</summary>
public sealed class SubresourceAdmissionTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S23")]
    public async Task Webhooks_are_asked_about_each_subresource_by_its_own_kind(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        var pods = $"/api/v1/namespaces/{api.Namespace}/pods";
        var account = $"/api/v1/namespaces/{api.Namespace}/serviceaccounts/default";
        await api.UntilAsync(async () => (await api.GetAsync(account)).Code == 200);
        (await api.PostAsync(api.Deployments, api.Deployment("d"))).ShouldBe(201);
        (await api.PostAsync(pods, Pod(api))).ShouldBe(201);
        webhook.On(
            "/see",
            request => Text(request, "operation") == "CONNECT" ? WebhookServer.Deny() : WebhookServer.Allow()
        );
        await hooks.InstallAsync(mutating: false, hooks.Hook(webhook, "/see", hook => hook["rules"] = Rules()));
        await hooks.UntilAskedAsync(webhook, "/see");

        var binding = api.Object("v1", "Binding", "p")
            .With(v => v["target"] = Json.Parse("""{"kind":"Node","name":"nowhere"}"""));
        (await api.PostAsync($"{pods}/p/binding", binding)).ShouldBe(201);
        (await api.GetAsync($"{pods}/p:8080/proxy/a/b?c=d")).ShouldBe(400).Message.ShouldContain("denied the request");
        var policy = (await api.GetAsync("/apis/policy/v1")).Code == 200 ? "policy/v1" : "policy/v1beta1";
        var eviction = api.Object(policy, "Eviction", "p")
            .With(v => v["deleteOptions"] = Json.Parse("""{"gracePeriodSeconds":0}"""));
        (await api.PostAsync($"{pods}/p/eviction?dryRun=All", eviction)).ShouldBe(201);
        (await api.PostAsync($"{pods}/p/eviction", eviction)).ShouldBe(201);
        (
            await api.PostAsync(
                $"{account}/token",
                Json.Parse("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""")
            )
        ).ShouldBe(201);
        var scale = $"{api.Deployments}/d/scale";
        (await api.MergeAsync($"{scale}?fieldManager=me", """{"spec":{"replicas":2}}""")).ShouldBe(200);

        var asked = webhook.Asked("/see").Where(request => Text(request, "subResource") != "status").ToList();
        asked
            .Select(request => $"{Text(request, "operation")} {Text(request, "subResource")} {Kind(request)}")
            .ShouldBe([
                "CREATE binding v1 Binding",
                "CONNECT proxy v1 PodProxyOptions",
                $"CREATE eviction {policy} Eviction",
                $"CREATE eviction {policy} Eviction",
                "CREATE token authentication.k8s.io/v1 TokenRequest",
                "UPDATE scale autoscaling/v1 Scale",
            ]);
        foreach (var request in asked)
        {
            Text(request, "object", "kind").ShouldBe(Text(request, "kind", "kind"));
            Text(request, "requestKind", "kind").ShouldBe(Text(request, "kind", "kind"));
            Text(request, "requestSubResource").ShouldBe(Text(request, "subResource"));
            Text(request, "namespace").ShouldBe(api.Namespace);
        }

        Text(asked[0], "object", "target", "name").ShouldBe("nowhere");
        asked[0]["resource"]!.ToJsonString().ShouldBe("""{"group":"","version":"v1","resource":"pods"}""");
        Text(asked[1], "name").ShouldBe("p:8080");
        Text(asked[1], "object", "path").ShouldBe("/a/b");
        asked[1]["options"].ShouldBeNull();
        asked[2]["dryRun"]!.GetValue<bool>().ShouldBeTrue();
        asked[3]["dryRun"]!.GetValue<bool>().ShouldBeFalse();
        Text(asked[3], "name").ShouldBe("p");
        asked[3]["object"]!["deleteOptions"]!["gracePeriodSeconds"]!.GetValue<int>().ShouldBe(0);
        Text(asked[4], "name").ShouldBe("default");
        asked[5]["resource"]!["resource"]!.GetValue<string>().ShouldBe("deployments");
        asked[5]["object"]!["spec"]!["replicas"]!.GetValue<int>().ShouldBe(2);
        Text(asked[5], "oldObject", "kind").ShouldBe("Scale");
        Text(asked[5], "oldObject", "metadata", "uid").ShouldBe(Text(asked[5], "object", "metadata", "uid"));
        Text(asked[5], "options", "fieldManager").ShouldBe("me");
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S23")]
    public async Task A_refused_subresource_changes_nothing_and_a_changed_one_counts(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        var pods = $"/api/v1/namespaces/{api.Namespace}/pods";
        (await api.PostAsync(api.Deployments, api.Deployment("d"))).ShouldBe(201);
        (await api.PostAsync(pods, Pod(api))).ShouldBe(201);
        webhook.On(
            "/change",
            request =>
                Text(request, "subResource") switch
                {
                    "scale" => WebhookServer.Patch("""[{"op":"replace","path":"/spec/replicas","value":3}]"""),
                    "binding" => WebhookServer.Patch("""[{"op":"replace","path":"/target/name","value":"other"}]"""),
                    _ => WebhookServer.Allow(),
                }
        );
        webhook.On(
            "/deny",
            request =>
                Text(request, "subResource") == "eviction" || Text(request, "object", "spec", "replicas") == "9"
                    ? WebhookServer.Deny("""{"message":"not this"}""")
                    : WebhookServer.Allow("looked at")
        );
        await hooks.InstallAsync(mutating: true, hooks.Hook(webhook, "/change", hook => hook["rules"] = Rules()));
        await hooks.InstallAsync(mutating: false, hooks.Hook(webhook, "/deny", hook => hook["rules"] = Rules()));
        await hooks.UntilAskedAsync(webhook, "/change", "/deny");

        var scaled = await api.MergeAsync($"{api.Deployments}/d/scale", """{"spec":{"replicas":2}}""");
        scaled.ShouldBe(200).At("spec", "replicas")!.GetValue<int>().ShouldBe(3);
        scaled.Warnings.ShouldBe(["299 - \"looked at\""]);
        (await api.GetAsync($"{api.Deployments}/d")).At("spec", "replicas")!.GetValue<int>().ShouldBe(3);
        var policy = (await api.GetAsync("/apis/policy/v1")).Code == 200 ? "policy/v1" : "policy/v1beta1";
        (await api.PostAsync($"{pods}/p/eviction", api.Object(policy, "Eviction", "p")))
            .ShouldBe(400)
            .Message.ShouldBe($"admission webhook \"{hooks.Name("/deny")}\" denied the request: not this");
        (await api.GetAsync($"{pods}/p")).ShouldBe(200).At("metadata", "deletionTimestamp").ShouldBeNull();
        var binding = api.Object("v1", "Binding", "p")
            .With(v => v["target"] = Json.Parse("""{"kind":"Node","name":"nowhere"}"""));
        (await api.PostAsync($"{pods}/p/binding", binding)).ShouldBe(201).Warnings.ShouldBe(["299 - \"looked at\""]);
        (await api.GetAsync($"{pods}/p")).Text("spec", "nodeName").ShouldBe("other");
        (await api.DeleteAsync($"{pods}/p", Json.Parse("""{"gracePeriodSeconds":0}"""))).ShouldBe(200);
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S9")]
    public async Task Labels_that_a_webhook_sets_select_those_after_it(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var hooks = new Hooks(api);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        webhook.On(
            "/first",
            _ => WebhookServer.Patch("""[{"op":"add","path":"/metadata/labels","value":{"seen":"yes"}}]""")
        );
        webhook.On("/second", _ => WebhookServer.Patch("""[{"op":"add","path":"/data/second","value":"was here"}]"""));
        await hooks.InstallAsync(
            mutating: true,
            hooks.Hook(webhook, "/first"),
            hooks.Hook(
                webhook,
                "/second",
                hook => hook["objectSelector"] = Json.Parse("""{"matchLabels":{"seen":"yes"}}""")
            )
        );
        await hooks.UntilAskedAsync(webhook, "/first");
        var made = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        made.Text("metadata", "labels", "seen").ShouldBe("yes");
        made.Text("data", "second").ShouldBe("was here");
    }

    private static JsonNode Rules() =>
        JsonNode.Parse(
            """
            [{
              "apiGroups": ["", "apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE", "CONNECT"],
              "resources": ["pods/binding", "pods/eviction", "pods/proxy", "serviceaccounts/token", "deployments/scale", "configmaps"]
            }]
            """
        )!;

    private static JsonObject Pod(Api api) =>
        api.Object("v1", "Pod", "p")
            .With(v =>
                v["spec"] = Json.Parse(
                    """{"schedulerName":"nobody","automountServiceAccountToken":false,"containers":[{"name":"c","image":"app:1"}]}"""
                )
            );

    private static string Kind(JsonObject request) =>
        (Text(request, "kind", "group") is { Length: > 0 } group ? group + "/" : "")
        + $"{Text(request, "kind", "version")} {Text(request, "kind", "kind")}";

    private static string? Text(JsonObject value, params string[] path) => Json.At(value, path)?.ToString();
}
