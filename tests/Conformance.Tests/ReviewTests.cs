using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Questions of what somebody may do, and acting as somebody else.</summary>
public sealed class ReviewTests(ApiServers servers)
{
    private const string Group = "/apis/authorization.k8s.io/v1";

    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S14")]
    public async Task Roles_answer_for_anybody(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await GrantAsync(api, "readers", """{"kind":"Group","name":"blue"}""", "configmaps", "get");
        await GrantAsync(
            api,
            "robots",
            $$$"""{"kind":"ServiceAccount","name":"robot","namespace":"{{{api.Namespace}}}"}""",
            "configmaps/status",
            "update"
        );
        Answer answer = null!;
        await api.UntilAsync(async () =>
        {
            answer = await AskAsync(api, """{"user":"jane","groups":["blue"]}""", "get", "configmaps");
            return answer.At("status", "allowed")!.GetValue<bool>();
        });
        answer
            .ShouldBe(201)
            .Text("status", "reason")
            .ShouldBe(
                $"RBAC: allowed by RoleBinding \"readers/{api.Namespace}\" of Role \"readers\" to Group \"blue\""
            );
        await api.UntilAsync(async () =>
            (
                await AskAsync(
                    api,
                    $$$"""{"user":"system:serviceaccount:{{{api.Namespace}}}:robot"}""",
                    "update",
                    "configmaps",
                    "status"
                )
            )
                .At("status", "allowed")!
                .GetValue<bool>()
        );
        (await AskAsync(api, """{"user":"jane","groups":["green"]}""", "get", "configmaps"))
            .At("status", "allowed")!
            .GetValue<bool>()
            .ShouldBeFalse();
        (await AskAsync(api, """{"user":"jane","groups":["blue"]}""", "list", "configmaps"))
            .At("status", "allowed")!
            .GetValue<bool>()
            .ShouldBeFalse();
        var admin = await AskAsync(api, """{"user":"root","groups":["system:masters"]}""", "get", "configmaps");
        admin.At("status", "allowed")!.GetValue<bool>().ShouldBeTrue();
        admin.Text("status", "reason").ShouldBeNull();

        var local = Json.Parse(
            $$$$"""{"apiVersion":"authorization.k8s.io/v1","kind":"LocalSubjectAccessReview","metadata":{"namespace":"{{{{api.Namespace}}}}"},"spec":{"user":"jane","groups":["blue"],"resourceAttributes":{"namespace":"{{{{api.Namespace}}}}","verb":"get","resource":"configmaps"}}}"""
        );
        (await api.PostAsync($"{Group}/namespaces/{api.Namespace}/localsubjectaccessreviews", local))
            .ShouldBe(201)
            .At("status", "allowed")!
            .GetValue<bool>()
            .ShouldBeTrue();
        (
            await api.PostAsync(
                $"{Group}/namespaces/{api.Namespace}/localsubjectaccessreviews",
                local.With(value => value["spec"]!["resourceAttributes"]!["namespace"] = "other")
            )
        )
            .ShouldBe(422)
            .Message.ShouldContain(
                "spec.resourceAttributes.namespace: Invalid value: \"other\": must match metadata.namespace"
            );
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S14")]
    public async Task A_question_must_be_one(string server)
    {
        await using var api = await servers.OpenAsync(server);
        foreach (
            var (spec, message) in new[]
            {
                (
                    """{"user":"a"}""",
                    "spec.resourceAttributes: Invalid value: \"null\": exactly one of nonResourceAttributes or resourceAttributes must be specified"
                ),
                (
                    """{"nonResourceAttributes":{"path":"/x","verb":"get"}}""",
                    "spec.user: Invalid value: \"\": at least one of user or group must be specified"
                ),
            }
        )
        {
            var answer = await api.PostAsync(
                $"{Group}/subjectaccessreviews",
                Json.Parse(
                    $$"""{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{{spec}} }"""
                )
            );

            // Newer servers write null without quotes.
            answer
                .ShouldBe(422)
                .Message.Replace("\"null\"", "null", StringComparison.Ordinal)
                .ShouldBe(
                    $".authorization.k8s.io \"\" is invalid: {message.Replace("\"null\"", "null", StringComparison.Ordinal)}"
                );
        }
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S14")]
    public async Task One_can_ask_for_all_ones_rules(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await GrantAsync(api, "readers", """{"kind":"User","name":"jane"}""", "configmaps", "get");
        var body =
            $$$"""{"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectRulesReview","spec":{"namespace":"{{{api.Namespace}}}"} }""";
        await api.UntilAsync(async () =>
        {
            var answer = await AsAsync(
                api,
                HttpMethod.Post,
                $"{Group}/selfsubjectrulesreviews",
                body,
                ("Impersonate-User", "jane")
            );
            return answer
                .ShouldBe(201)
                .At("status", "resourceRules")!
                .AsArray()
                .Any(rule => rule!["resources"]!.ToJsonString() == """["configmaps"]""");
        });
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S15")]
    public async Task Who_acts_for_others_must_be_allowed_each_of_it(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var role = $"{api.Namespace}-actors";
        await ClusterRoleAsync(
            api,
            role,
            """
            [{"apiGroups":[""],"resources":["users"],"verbs":["impersonate"],"resourceNames":["jane"]},
             {"apiGroups":[""],"resources":["groups"],"verbs":["impersonate"],"resourceNames":["blue"]},
             {"apiGroups":["authentication.k8s.io"],"resources":["userextras/team"],"verbs":["impersonate"],"resourceNames":["one"]},
             {"apiGroups":[""],"resources":["serviceaccounts"],"verbs":["impersonate"]}]
            """
        );
        try
        {
            await api.UntilAsync(async () =>
                (await ActorAsync(("Impersonate-User", "jane"))).Contains("\"jane\"", StringComparison.Ordinal)
            );
            (await ActorAsync(("Impersonate-User", "joe"))).ShouldContain(
                "users \"joe\" is forbidden: User \"actor\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope"
            );
            (await ActorAsync(("Impersonate-User", "jane"), ("Impersonate-Group", "green"))).ShouldContain(
                "groups \"green\" is forbidden: User \"actor\" cannot impersonate resource \"groups\""
            );
            (await ActorAsync(("Impersonate-User", "jane"), ("Impersonate-Group", "blue"))).ShouldContain(
                "User \"jane\" cannot list"
            );
            (await ActorAsync(("Impersonate-User", "jane"), ("Impersonate-Extra-Team", "two"))).ShouldContain(
                "userextras.authentication.k8s.io \"two\" is forbidden: User \"actor\" cannot impersonate resource \"userextras/team\" in API group \"authentication.k8s.io\" at the cluster scope"
            );
            (await ActorAsync(("Impersonate-User", "jane"), ("Impersonate-Extra-Team", "one"))).ShouldContain(
                "User \"jane\" cannot list"
            );
            (await ActorAsync(("Impersonate-User", "system:serviceaccount:some:robot"))).ShouldContain(
                "User \"system:serviceaccount:some:robot\" cannot list"
            );
            (await ActorAsync(("Impersonate-Group", "blue"))).ShouldStartWith(
                $"Internal Server Error: \"{api.ConfigMaps}\": requested [{{"
            );
        }
        finally
        {
            await api.DeleteAsync($"/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/{role}");
            await api.DeleteAsync($"/apis/rbac.authorization.k8s.io/v1/clusterroles/{role}");
        }

        async Task<string> ActorAsync(params (string Name, string Value)[] headers)
        {
            using var client = api.Connect(await TokenAsync(api));
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(api.ConfigMaps, UriKind.Relative));
            foreach (var (name, value) in headers)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }

            using var response = await client.SendAsync(request, api.Token);
            var answer = await response.Content.ReadAsStringAsync(api.Token);
            var message = answer.StartsWith('{')
                ? Json.At(JsonNode.Parse(answer), "message")?.GetValue<string>()
                : answer;
            return (message ?? "").Replace(
                $"system:serviceaccount:{api.Namespace}:actor",
                "actor",
                StringComparison.Ordinal
            );
        }
    }

    private static async Task<string> TokenAsync(Api api)
    {
        var accounts = $"/api/v1/namespaces/{api.Namespace}/serviceaccounts";
        var answer = await api.PostAsync(
            $"{accounts}/actor/token",
            Json.Parse("""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}""")
        );
        return answer.ShouldBe(201).Text("status", "token")!;
    }

    private static Task<Answer> AskAsync(Api api, string subject, string verb, string resource, string? sub = null)
    {
        var attributes = new JsonObject
        {
            ["namespace"] = api.Namespace,
            ["verb"] = verb,
            ["resource"] = resource,
        };
        if (sub is not null)
        {
            attributes["subresource"] = sub;
        }

        var spec = Json.Parse(subject);
        spec["resourceAttributes"] = attributes;
        return api.PostAsync(
            $"{Group}/subjectaccessreviews",
            new JsonObject
            {
                ["apiVersion"] = "authorization.k8s.io/v1",
                ["kind"] = "SubjectAccessReview",
                ["spec"] = spec,
            }
        );
    }

    private static Task<Answer> AsAsync(
        Api api,
        HttpMethod method,
        string path,
        string body,
        params (string, string)[] headers
    ) => api.SendAsync(method, path, body, "application/json", null, headers);

    private static async Task GrantAsync(Api api, string name, string subject, string resource, string verb)
    {
        var rbac = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{api.Namespace}";
        var role = api.Object("rbac.authorization.k8s.io/v1", "Role", name);
        role["rules"] = JsonNode.Parse(
            $$$"""[{"apiGroups":[""],"resources":["{{{resource}}}"],"verbs":["{{{verb}}}"]}]"""
        );
        (await api.PostAsync($"{rbac}/roles", role)).ShouldBe(201);
        await BindAsync(api, $"{rbac}/rolebindings", "RoleBinding", "Role", name, subject);
    }

    private static async Task ClusterRoleAsync(Api api, string name, string rules)
    {
        const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
        (
            await api.PostAsync(
                $"/api/v1/namespaces/{api.Namespace}/serviceaccounts",
                api.Object("v1", "ServiceAccount", "actor")
            )
        ).ShouldBe(201);
        var role = api.Object("rbac.authorization.k8s.io/v1", "ClusterRole", name);
        role["rules"] = JsonNode.Parse(rules);
        (await api.PostAsync($"{Rbac}/clusterroles", role)).ShouldBe(201);
        await BindAsync(
            api,
            $"{Rbac}/clusterrolebindings",
            "ClusterRoleBinding",
            "ClusterRole",
            name,
            $$$"""{"kind":"ServiceAccount","name":"actor","namespace":"{{{api.Namespace}}}"}"""
        );
    }

    private static async Task BindAsync(Api api, string path, string kind, string roleKind, string name, string subject)
    {
        var binding = api.Object("rbac.authorization.k8s.io/v1", kind, name);
        binding["roleRef"] = new JsonObject
        {
            ["apiGroup"] = "rbac.authorization.k8s.io",
            ["kind"] = roleKind,
            ["name"] = name,
        };
        var who = Json.Parse(subject);
        if (who["kind"]!.GetValue<string>() != "ServiceAccount")
        {
            who["apiGroup"] = "rbac.authorization.k8s.io";
        }

        binding["subjects"] = new JsonArray(who);
        (await api.PostAsync(path, binding)).ShouldBe(201);
    }
}
