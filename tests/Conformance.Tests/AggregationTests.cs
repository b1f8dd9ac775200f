using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>ClusterRoles that are made of others, those that every cluster has among them.</summary>
public sealed class AggregationTests(ApiServers servers)
{
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";

    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S26")]
    public async Task A_role_has_the_rules_of_those_that_it_selects(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var (whole, b, a) = ($"{api.Namespace}-whole", $"{api.Namespace}-b", $"{api.Namespace}-a");
        try
        {
            await MakeAsync(api, b, "first", Pods("get"), Pods("list"));
            await MakeAsync(api, a, "second", Pods("list"), Pods("watch"));
            var role = Role(api, whole);
            role["aggregationRule"] = JsonNode.Parse(
                $$$"""
                {"clusterRoleSelectors":[
                  {"matchLabels":{"part":"{{{api.Namespace}}}-first"} },
                  {"matchExpressions":[{"key":"part","operator":"In","values":["{{{api.Namespace}}}-second"]}]}]}
                """
            );
            role["rules"] = new JsonArray(Pods("delete"));
            (await api.PostAsync(Roles, role)).ShouldBe(201);
            await UntilVerbsAsync(api, whole, "get list watch");

            // What others write into it does not stay, what its parts say does.
            (await api.MergeAsync($"{Roles}/{whole}", """{"rules":[]}""")).ShouldBe(200);
            await UntilVerbsAsync(api, whole, "get list watch");
            (await api.MergeAsync($"{Roles}/{a}", $$"""{"rules":[{{Pods("update").ToJsonString()}}]}""")).ShouldBe(200);
            await UntilVerbsAsync(api, whole, "get list update");
            (await api.DeleteAsync($"{Roles}/{b}")).ShouldBe(200);
            await UntilVerbsAsync(api, whole, "update");
            (await api.DeleteAsync($"{Roles}/{a}")).ShouldBe(200);
            await UntilVerbsAsync(api, whole, "");

            role["metadata"]!["name"] = $"{whole}-bad";
            role["aggregationRule"] = new JsonObject { ["clusterRoleSelectors"] = new JsonArray() };
            (await api.PostAsync(Roles, role))
                .ShouldBe(422)
                .Message.ShouldContain(
                    "aggregationRule.clusterRoleSelectors: Required value: at least one clusterRoleSelector required if aggregationRule is non-nil"
                );
        }
        finally
        {
            foreach (var name in new[] { whole, a, b })
            {
                await api.DeleteAsync($"{Roles}/{name}");
            }
        }
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S26")]
    public async Task Admin_edit_and_view_take_up_the_rules_of_custom_kinds(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var name = $"{api.Namespace}-viewer";
        foreach (var (role, next) in new[] { ("view", "edit"), ("edit", "admin") })
        {
            (await api.GetAsync($"{Roles}/{role}"))
                .At("metadata", "labels", $"rbac.authorization.k8s.io/aggregate-to-{next}")!
                .GetValue<string>()
                .ShouldBe("true");
        }

        try
        {
            var role = Role(api, name);
            role["metadata"]!["labels"] = new JsonObject { ["rbac.authorization.k8s.io/aggregate-to-view"] = "true" };
            role["rules"] = JsonNode.Parse(
                $$$"""[{"apiGroups":["{{{api.Namespace}}}.example.com"],"resources":["widgets"],"verbs":["get"]}]"""
            );
            (await api.PostAsync(Roles, role)).ShouldBe(201);
            foreach (var holder in new[] { "view", "edit", "admin" })
            {
                await api.UntilAsync(async () => (await RulesAsync(api, holder)).Contains(api.Namespace));
            }
        }
        finally
        {
            await api.DeleteAsync($"{Roles}/{name}");
        }

        foreach (var holder in new[] { "view", "edit", "admin" })
        {
            await api.UntilAsync(async () => !(await RulesAsync(api, holder)).Contains(api.Namespace));
        }

        await BindAsync(api, "view", "edit", "admin");
        foreach (
            var (question, allowed) in new[]
            {
                ("view get configmaps", true),
                ("view get secrets", false),
                ("view create pods", false),
                ("view get pods/log", true),
                ("edit get secrets", true),
                ("edit create deployments.apps", true),
                ("edit create roles.rbac.authorization.k8s.io", false),
                ("admin create roles.rbac.authorization.k8s.io", true),
                ("admin update resourcequotas", false),
                ("admin delete namespaces", false),
            }
        )
        {
            var parts = question.Split(' ');
            await api.UntilAsync(async () => await MayAsync(api, parts[0], parts[1], parts[2]) == allowed);
        }
    }

    private static async Task BindAsync(Api api, params string[] roles)
    {
        foreach (var role in roles)
        {
            var binding = Json.Parse(
                $$$"""
                {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"{{{role}}}"},
                "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"{{{role}}}"},
                "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"User","name":"{{{role}}}"}]}
                """
            );
            (
                await api.PostAsync(
                    $"/apis/rbac.authorization.k8s.io/v1/namespaces/{api.Namespace}/rolebindings",
                    binding
                )
            ).ShouldBe(201);
        }
    }

    private static async Task<bool> MayAsync(Api api, string user, string verb, string what)
    {
        var (resource, group) = what.Split('.', 2) is [var plural, var rest] ? (plural, rest) : (what, "");
        var parts = resource.Split('/');
        var review = Json.Parse(
            $$$"""
            {"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"{{{user}}}",
            "resourceAttributes":{"namespace":"{{{api.Namespace}}}","verb":"{{{verb}}}","group":"{{{group}}}",
            "resource":"{{{parts[0]}}}","subresource":"{{{(parts.Length > 1 ? parts[1] : "")}}}"} } }
            """
        );
        return (await api.PostAsync("/apis/authorization.k8s.io/v1/subjectaccessreviews", review))
            .ShouldBe(201)
            .At("status", "allowed")!
            .GetValue<bool>();
    }

    private static async Task<string> RulesAsync(Api api, string name) =>
        (await api.GetAsync($"{Roles}/{name}")).At("rules")?.ToJsonString() ?? "";

    private static Task UntilVerbsAsync(Api api, string name, string verbs) =>
        api.UntilAsync(async () =>
            string.Join(
                ' ',
                ((await api.GetAsync($"{Roles}/{name}")).At("rules") as JsonArray ?? []).Select(rule =>
                    rule!["verbs"]![0]!.GetValue<string>()
                )
            ) == verbs
        );

    private static async Task MakeAsync(Api api, string name, string part, params JsonObject[] rules)
    {
        var role = Role(api, name);
        role["metadata"]!["labels"] = new JsonObject { ["part"] = $"{api.Namespace}-{part}" };
        role["rules"] = new JsonArray([.. rules]);
        (await api.PostAsync(Roles, role)).ShouldBe(201);
    }

    private static JsonObject Role(Api api, string name) =>
        api.Object("rbac.authorization.k8s.io/v1", "ClusterRole", name);

    private static JsonObject Pods(string verb) =>
        Json.Parse($$"""{"apiGroups":[""],"resources":["pods"],"verbs":["{{verb}}"]}""");
}
