using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Finalizers, preconditions, owners and namespaces.</summary>
public sealed class DeletionTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task A_deleted_object_is_gone_and_its_uid_told(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"));
        var deleted = (await api.DeleteAsync($"{api.ConfigMaps}/a")).ShouldBe(200);
        deleted.Text("status").ShouldBe("Success");
        deleted.Text("details", "uid").ShouldBe(made.Uid);
        (await api.GetAsync($"{api.ConfigMaps}/a")).ShouldBe(404);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Finalizers_hold_an_object(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var path = $"{api.ConfigMaps}/a";
        var value = api.ConfigMap("a").With(v => v["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        await api.PostAsync(api.ConfigMaps, value);
        var deleting = (await api.DeleteAsync(path)).ShouldBe(200);
        deleting.At("metadata", "deletionTimestamp").ShouldNotBeNull();
        deleting.At("metadata", "deletionGracePeriodSeconds")!.GetValue<int>().ShouldBe(0);
        (await api.DeleteAsync(path)).ShouldBe(200).ResourceVersion.ShouldBe(deleting.ResourceVersion);
        var more = await api.MergeAsync(
            path,
            """{"metadata":{"finalizers":["example.com/hold","example.com/more"]}}"""
        );
        more.ShouldBe(422)
            .Message.ShouldContain(
                "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{\"example.com/more\"}"
            );
        (await api.MergeAsync(path, """{"data":{"key":"still writable"}}""")).ShouldBe(200);
        (await api.MergeAsync(path, """{"metadata":{"finalizers":[]}}""")).ShouldBe(200);
        (await api.GetAsync(path)).ShouldBe(404);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Preconditions_are_kept(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"));
        var path = $"{api.ConfigMaps}/a";
        var wrongUid = await api.DeleteAsync(
            path,
            Json.Parse("""{"preconditions":{"uid":"11111111-1111-1111-1111-111111111111"}}""")
        );
        wrongUid.ShouldBe(409).Reason.ShouldBe("Conflict");
        (await api.DeleteAsync(path, Json.Parse("""{"preconditions":{"resourceVersion":"1"}}"""))).ShouldBe(409);
        (await api.DeleteAsync(path, Json.Parse($$$"""{"preconditions":{"uid":"{{{made.Uid}}}"}}"""))).ShouldBe(200);
        (await api.DeleteAsync(path, Json.Parse("""{"propagationPolicy":"Sometimes"}"""))).ShouldBe(422);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_selection_is_deleted_at_once(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a", ("set", "x")));
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("b", ("set", "y")));
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("c", ("set", "x")));
        (await api.DeleteAsync($"{api.ConfigMaps}?labelSelector=set%3Dx")).ShouldBe(200);
        (await api.GetAsync($"{api.ConfigMaps}?labelSelector=set")).ItemNames.ShouldBe(["b"]);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Dependents_follow_their_owner(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var owner = await api.PostAsync(api.ConfigMaps, api.ConfigMap("owner"));
        await api.PostAsync(api.ConfigMaps, Owned(api, "child", owner));
        (
            await api.DeleteAsync($"{api.ConfigMaps}/owner", Json.Parse("""{"propagationPolicy":"Background"}"""))
        ).ShouldBe(200);
        (await api.GetAsync($"{api.ConfigMaps}/owner")).ShouldBe(404);
        await api.UntilGoneAsync($"{api.ConfigMaps}/child");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_dependent_of_nobody_is_collected(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var owner = await api.PostAsync(api.ConfigMaps, api.ConfigMap("owner"));
        await api.DeleteAsync($"{api.ConfigMaps}/owner");
        await api.PostAsync(api.ConfigMaps, Owned(api, "late", owner));
        await api.UntilGoneAsync($"{api.ConfigMaps}/late");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task An_owner_waits_in_the_foreground(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var owner = await api.PostAsync(api.ConfigMaps, api.ConfigMap("owner"));
        var child = Owned(api, "child", owner)
            .With(v => v["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        await api.PostAsync(api.ConfigMaps, child);
        var deleting = await api.DeleteAsync(
            $"{api.ConfigMaps}/owner",
            Json.Parse("""{"propagationPolicy":"Foreground"}""")
        );
        deleting.ShouldBe(200).At("metadata", "finalizers")!.ToJsonString().ShouldBe("""["foregroundDeletion"]""");
        await api.UntilAsync(async () =>
            (await api.GetAsync($"{api.ConfigMaps}/child")).At("metadata", "deletionTimestamp") is not null
        );
        (await api.GetAsync($"{api.ConfigMaps}/owner")).ShouldBe(200);
        await api.MergeAsync($"{api.ConfigMaps}/child", """{"metadata":{"finalizers":null}}""");
        await api.UntilGoneAsync($"{api.ConfigMaps}/owner");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Orphans_stay_without_owner(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var owner = await api.PostAsync(api.ConfigMaps, api.ConfigMap("owner"));
        await api.PostAsync(api.ConfigMaps, Owned(api, "child", owner));
        (await api.DeleteAsync($"{api.ConfigMaps}/owner", Json.Parse("""{"propagationPolicy":"Orphan"}"""))).ShouldBe(
            200
        );
        await api.UntilGoneAsync($"{api.ConfigMaps}/owner");
        var child = (await api.GetAsync($"{api.ConfigMaps}/child")).ShouldBe(200);
        child.At("metadata", "ownerReferences").ShouldBeNull();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_namespace_takes_its_content_along(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var name = api.Namespace + "-x";
        var path = $"/api/v1/namespaces/{name}";
        var made = (await api.PostAsync("/api/v1/namespaces", api.Object("v1", "Namespace", name))).ShouldBe(201);
        made.Text("status", "phase").ShouldBe("Active");
        made.At("spec", "finalizers")!.ToJsonString().ShouldBe("""["kubernetes"]""");
        await api.UntilAsync(async () => (await api.GetAsync($"{path}/serviceaccounts/default")).Code == 200);
        var held = api.ConfigMap("a").With(v => v["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        (await api.PostAsync($"{path}/configmaps", held)).ShouldBe(201);
        (await api.PostAsync($"{path}/configmaps", api.ConfigMap("b"))).ShouldBe(201);

        (await api.DeleteAsync(path)).ShouldBe(200).Text("status", "phase").ShouldBe("Terminating");
        await api.UntilGoneAsync($"{path}/configmaps/b");
        await api.UntilAsync(async () =>
            (await api.GetAsync($"{path}/configmaps/a")).At("metadata", "deletionTimestamp") is not null
        );
        var refused = (await api.PostAsync($"{path}/configmaps", api.ConfigMap("c"))).ShouldBe(403);
        refused.Message.ShouldBe(
            $"configmaps \"c\" is forbidden: unable to create new content in namespace {name} because it is being terminated"
        );
        (await api.MergeAsync($"{path}/configmaps/a", """{"metadata":{"finalizers":null}}""")).ShouldBe(200);
        await api.UntilGoneAsync(path);
        (await api.DeleteAsync("/api/v1/namespaces/default"))
            .ShouldBe(403)
            .Message.ShouldContain("this namespace may not be deleted");
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S20")]
    public async Task A_namespace_takes_objects_of_a_changed_definition_along(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var definition = $"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{widgets.DefinitionName}";
        var changed = (
            await api.PatchAsync(
                definition,
                "json-patch+json",
                """[{"op":"remove","path":"/spec/versions/0/additionalPrinterColumns/0"}]"""
            )
        ).ShouldBe(200);
        changed.At("metadata", "generation")!.GetValue<int>().ShouldBe(2);
        var name = api.Namespace + "-x";
        var path = $"/api/v1/namespaces/{name}";
        var things = widgets.Collection.Replace($"/{api.Namespace}/", $"/{name}/", StringComparison.Ordinal);
        (await api.PostAsync("/api/v1/namespaces", api.Object("v1", "Namespace", name))).ShouldBe(201);
        var held = widgets.Widget("held").With(v => v["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        await api.UntilAsync(async () => (await api.PostAsync(things, held)).Code == 201);
        (await api.PostAsync(things, widgets.Widget("free"))).ShouldBe(201);

        (await api.DeleteAsync(path)).ShouldBe(200);
        await api.UntilGoneAsync($"{things}/free");
        await api.UntilAsync(async () =>
            (await api.GetAsync($"{things}/held")).At("metadata", "deletionTimestamp") is not null
        );
        (await api.GetAsync(path)).ShouldBe(200);
        (await api.MergeAsync($"{things}/held", """{"metadata":{"finalizers":null}}""")).ShouldBe(200);
        await api.UntilGoneAsync(path);
        (await api.GetAsync(things)).Items.ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S21")]
    public async Task An_owner_in_a_namespace_says_nothing_of_what_is_in_none(string server)
    {
        await using var api = await servers.OpenAsync(server);
        const string Roles = "/apis/rbac.authorization.k8s.io/v1/clusterroles";
        var owner = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("owner"))).ShouldBe(201);
        var (stays, goes) = ($"{api.Namespace}-stays", $"{api.Namespace}-goes");
        (await api.PostAsync(Roles, Role(stays, "v1", "ConfigMap", owner.Uid))).ShouldBe(201);
        (
            await api.PostAsync(
                Roles,
                Role(goes, "rbac.authorization.k8s.io/v1", "ClusterRole", "11111111-1111-1111-1111-111111111111")
            )
        ).ShouldBe(201);

        // What is collected comes after it in line: whoever is left then was judged.
        await api.UntilGoneAsync($"{Roles}/{goes}");
        (await api.GetAsync($"{Roles}/{stays}")).ShouldBe(200).At("metadata", "deletionTimestamp").ShouldBeNull();
        (await api.DeleteAsync($"{Roles}/{stays}")).ShouldBe(200);

        JsonObject Role(string name, string apiVersion, string kind, string uid) =>
            api.Object("rbac.authorization.k8s.io/v1", "ClusterRole", name)
                .With(v =>
                    v["metadata"]!["ownerReferences"] = new JsonArray(
                        new JsonObject
                        {
                            ["apiVersion"] = apiVersion,
                            ["kind"] = kind,
                            ["name"] = "owner",
                            ["uid"] = uid,
                        }
                    )
                );
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task An_unscheduled_pod_goes_at_once_and_a_scheduled_one_by_its_node(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.UntilAsync(async () =>
            (await api.GetAsync($"/api/v1/namespaces/{api.Namespace}/serviceaccounts/default")).Code == 200
        );
        var pods = $"/api/v1/namespaces/{api.Namespace}/pods";
        // A scheduler that nobody runs: where a node is, the pod must not be given to it. No token either: servers
        // before 1.24 refuse a pod that wants one until a controller has written it, some time after the account.
        var pod = api.Object("v1", "Pod", "p")
            .With(v =>
                v["spec"] = Json.Parse(
                    """
                    {
                      "schedulerName": "none",
                      "automountServiceAccountToken": false,
                      "containers": [{ "name": "main", "image": "app:1" }]
                    }
                    """
                )
            );
        var made = (await api.PostAsync(pods, pod)).ShouldBe(201);
        made.Text("status", "phase").ShouldBe("Pending");
        made.Text("status", "qosClass").ShouldBe("BestEffort");
        (await api.DeleteAsync($"{pods}/p")).ShouldBe(200);
        (await api.GetAsync($"{pods}/p")).ShouldBe(404);

        (await api.PostAsync(pods, pod)).ShouldBe(201);
        var binding = api.Object("v1", "Binding", "p")
            .With(v => v["target"] = Json.Parse("""{"kind":"Node","name":"nowhere"}"""));
        (await api.PostAsync($"{pods}/p/binding", binding)).ShouldBe(201);
        (await api.PostAsync($"{pods}/p/binding", binding)).ShouldBe(409);
        (await api.GetAsync($"{pods}?fieldSelector=spec.nodeName%3Dnowhere")).ItemNames.ShouldBe(["p"]);
        var deleting = (await api.DeleteAsync($"{pods}/p")).ShouldBe(200);
        deleting.At("metadata", "deletionGracePeriodSeconds")!.GetValue<int>().ShouldBe(30);
        (await api.GetAsync($"{pods}/p")).ShouldBe(200);
        (await api.DeleteAsync($"{pods}/p", Json.Parse("""{"gracePeriodSeconds":0}"""))).ShouldBe(200);
        (await api.GetAsync($"{pods}/p")).ShouldBe(404);
    }

    private static JsonObject Owned(Api api, string name, Answer owner) =>
        api.ConfigMap(name)
            .With(v =>
                v["metadata"]!["ownerReferences"] = new JsonArray(
                    new JsonObject
                    {
                        ["apiVersion"] = "v1",
                        ["kind"] = "ConfigMap",
                        ["name"] = owner.Text("metadata", "name"),
                        ["uid"] = owner.Uid,
                        ["blockOwnerDeletion"] = true,
                    }
                )
            );
}
