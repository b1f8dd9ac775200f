using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Who may do what, who is who, and what the server tells of itself.</summary>
public sealed class AccessTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task Roles_decide(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var refused = (await AsAsync(api, "jane", HttpMethod.Get, api.ConfigMaps)).ShouldBe(403);
        refused.Reason.ShouldBe("Forbidden");
        refused.Message.ShouldBe(
            $"configmaps is forbidden: User \"jane\" cannot list resource \"configmaps\" in API group \"\" in the namespace \"{api.Namespace}\""
        );
        (await AsAsync(api, "jane", HttpMethod.Get, "/api/v1/nodes")).Message.ShouldBe(
            "nodes is forbidden: User \"jane\" cannot list resource \"nodes\" in API group \"\" at the cluster scope"
        );
        (await AsAsync(api, "jane", HttpMethod.Get, $"{api.ConfigMaps}/a")).Message.ShouldStartWith(
            "configmaps \"a\" is forbidden: "
        );

        await GrantAsync(
            api,
            "reader",
            "jane",
            """[{"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list"]}]"""
        );
        await api.UntilAsync(async () => (await AsAsync(api, "jane", HttpMethod.Get, api.ConfigMaps)).Code == 200);
        (await AsAsync(api, "jane", HttpMethod.Get, $"/api/v1/namespaces/{api.Namespace}/secrets")).ShouldBe(403);
        (await AsAsync(api, "jane", HttpMethod.Get, "/api/v1/configmaps")).ShouldBe(403);
        (await AsAsync(api, "jane", HttpMethod.Delete, $"{api.ConfigMaps}/a")).ShouldBe(403);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Nobody_gives_what_he_does_not_have(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await GrantAsync(
            api,
            "roles",
            "joe",
            """[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"],"verbs":["create","get"]},{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]"""
        );
        var path = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{api.Namespace}/roles";
        var role = (string rules) =>
            api.Object("rbac.authorization.k8s.io/v1", "Role", "r")
                .With(v => v["rules"] = System.Text.Json.Nodes.JsonNode.Parse(rules))
                .ToJsonString();
        var more = role("""[{"apiGroups":[""],"resources":["secrets"],"verbs":["get"]}]""");
        Answer? refused = null;
        await api.UntilAsync(async () =>
        {
            refused = await AsAsync(api, "joe", HttpMethod.Post, path, more);
            return refused.Message.Contains("grant RBAC permissions", StringComparison.Ordinal);
        });
        refused!.ShouldBe(403).Message.ShouldContain("is attempting to grant RBAC permissions not currently held");
        refused.Message.ShouldContain("{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\"]}");
        var own = role("""[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]""");
        (await AsAsync(api, "joe", HttpMethod.Post, path, own)).ShouldBe(201);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task One_can_ask_what_one_may(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var question = (string verb) =>
            Json.Parse(
                $$$$"""{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview","spec":{"resourceAttributes":{"namespace":"{{{{api.Namespace}}}}","verb":"{{{{verb}}}}","resource":"pods"}}}"""
            );
        const string Path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        (await api.PostAsync(Path, question("get")))
            .ShouldBe(201)
            .At("status", "allowed")!
            .GetValue<bool>()
            .ShouldBeTrue();
        (await AsAsync(api, "jane", HttpMethod.Post, Path, question("get").ToJsonString()))
            .ShouldBe(201)
            .At("status", "allowed")!
            .GetValue<bool>()
            .ShouldBeFalse();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_service_account_acts_with_its_token(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var accounts = $"/api/v1/namespaces/{api.Namespace}/serviceaccounts";
        (await api.PostAsync(accounts, api.Object("v1", "ServiceAccount", "robot"))).ShouldBe(201);
        var request = Json.Parse(
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{"expirationSeconds":600}}"""
        );
        var token = (await api.PostAsync($"{accounts}/robot/token", request)).ShouldBe(201).Text("status", "token")!;
        token.Split('.').Length.ShouldBe(3);
        var review = Json.Parse(
            $$$"""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"{{{token}}}"}}"""
        );
        var answer = (await api.PostAsync("/apis/authentication.k8s.io/v1/tokenreviews", review)).ShouldBe(201);
        answer.At("status", "authenticated")!.GetValue<bool>().ShouldBeTrue();
        answer.Text("status", "user", "username").ShouldBe($"system:serviceaccount:{api.Namespace}:robot");
        answer
            .At("status", "user", "groups")!
            .AsArray()
            .Select(g => g!.GetValue<string>())
            .Order(StringComparer.Ordinal)
            .ShouldBe(["system:authenticated", "system:serviceaccounts", $"system:serviceaccounts:{api.Namespace}"]);

        (await api.DeleteAsync($"{accounts}/robot")).ShouldBe(200);
        await api.UntilAsync(async () =>
            (await api.PostAsync("/apis/authentication.k8s.io/v1/tokenreviews", review))
                .At("status", "authenticated")
                ?.GetValue<bool>() != true
        );
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task The_server_tells_what_it_has(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var version = (await api.GetAsync("/version")).ShouldBe(200);
        version.Text("major").ShouldBe("1");
        version.Text("gitVersion")!.ShouldStartWith("v1.");
        (await api.GetAsync("/readyz")).ShouldBe(200).Text("text").ShouldBe("ok");
        (await api.GetAsync("/livez")).ShouldBe(200);
        (await api.GetAsync("/api")).At("versions")!.ToJsonString().ShouldBe("""["v1"]""");
        var groups = (await api.GetAsync("/apis")).ShouldBe(200).At("groups")!.AsArray();
        var names = groups.Select(g => g!["name"]!.GetValue<string>()).ToList();
        foreach (
            var group in new[]
            {
                "apps",
                "rbac.authorization.k8s.io",
                "apiextensions.k8s.io",
                "authorization.k8s.io",
                "coordination.k8s.io",
            }
        )
        {
            names.ShouldContain(group);
        }

        var core = (await api.GetAsync("/api/v1")).ShouldBe(200);
        core.Text("kind").ShouldBe("APIResourceList");
        var maps = core.At("resources")!.AsArray().Single(r => r!["name"]!.GetValue<string>() == "configmaps")!;
        maps["kind"]!.GetValue<string>().ShouldBe("ConfigMap");
        maps["shortNames"]!.ToJsonString().ShouldBe("""["cm"]""");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Events_are_told_in_both_groups(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var path = $"/apis/events.k8s.io/v1/namespaces/{api.Namespace}/events";
        var value = api.Object("events.k8s.io/v1", "Event", "e.1")
            .With(v =>
            {
                v["eventTime"] = "2026-01-02T03:04:05.000006Z";
                v["reportingController"] = "example.com/test";
                v["reportingInstance"] = "test-1";
                v["action"] = "Testing";
                v["reason"] = "Tested";
                v["type"] = "Normal";
                v["note"] = "all is well";
                v["regarding"] = Json.Parse(
                    $$$"""{"apiVersion":"v1","kind":"ConfigMap","name":"a","namespace":"{{{api.Namespace}}}"}"""
                );
            });
        (await api.PostAsync(path, value)).ShouldBe(201).Text("note").ShouldBe("all is well");
        var core = (
            await api.GetAsync(
                $"/api/v1/namespaces/{api.Namespace}/events?fieldSelector=involvedObject.name%3Da,involvedObject.kind%3DConfigMap"
            )
        ).ShouldBe(200);
        var item = core.Items.ShouldHaveSingleItem();
        item["message"]!.GetValue<string>().ShouldBe("all is well");
        item["involvedObject"]!["name"]!.GetValue<string>().ShouldBe("a");
        item["reportingComponent"]!.GetValue<string>().ShouldBe("example.com/test");
    }

    private static Task<Answer> AsAsync(Api api, string user, HttpMethod method, string path, string? body = null) =>
        api.SendAsync(method, path, body, "application/json", null, ("Impersonate-User", user));

    private static async Task GrantAsync(Api api, string name, string user, string rules)
    {
        var root = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{api.Namespace}";
        var role = api.Object("rbac.authorization.k8s.io/v1", "Role", name)
            .With(v => v["rules"] = System.Text.Json.Nodes.JsonNode.Parse(rules));
        (await api.PostAsync($"{root}/roles", role)).ShouldBe(201);
        var binding = api.Object("rbac.authorization.k8s.io/v1", "RoleBinding", name)
            .With(v =>
            {
                v["roleRef"] = Json.Parse(
                    $$$"""{"apiGroup":"rbac.authorization.k8s.io","kind":"Role","name":"{{{name}}}"}"""
                );
                v["subjects"] = new System.Text.Json.Nodes.JsonArray(
                    Json.Parse($$$"""{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"{{{user}}}"}""")
                );
            });
        (await api.PostAsync($"{root}/rolebindings", binding)).ShouldBe(201);
    }
}
