using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>What becomes of dependents, and of namespaces that cannot go yet.</summary>
public sealed class CollectionTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S20")]
    public async Task A_namespace_tells_what_keeps_it(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var held = api.ConfigMap("held")
            .With(value => value["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        (await api.PostAsync(api.ConfigMaps, held)).ShouldBe(201);
        var path = $"/api/v1/namespaces/{api.Namespace}";
        (await api.DeleteAsync(path)).ShouldBe(200).Text("status", "phase").ShouldBe("Terminating");
        var wanted = new Dictionary<string, (string Status, string Reason, string Message)>
        {
            ["NamespaceFinalizersRemaining"] = (
                "True",
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances"
            ),
            ["NamespaceContentRemaining"] = (
                "True",
                "SomeResourcesRemain",
                "Some resources are remaining: configmaps. has 1 resource instances"
            ),
            ["NamespaceDeletionContentFailure"] = (
                "False",
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization"
            ),
            ["NamespaceDeletionDiscoveryFailure"] = (
                "False",
                "ResourcesDiscovered",
                "All resources successfully discovered"
            ),
            ["NamespaceDeletionGroupVersionParsingFailure"] = (
                "False",
                "ParsedGroupVersions",
                "All legacy kube types successfully parsed"
            ),
        };

        // Kinds that other tests define and drop meanwhile make a real server's discovery fail for a while, and be tried again.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(api.Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var conditions = await ConditionsAsync(api, path);
        while (!wanted.All(conditions.Contains) && !patience.IsCancellationRequested)
        {
            await Task.Delay(50, api.Token);
            conditions = await ConditionsAsync(api, path);
        }

        conditions.ShouldBe(wanted, ignoreOrder: true);
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("late")))
            .ShouldBe(403)
            .Message.ShouldContain("because it is being terminated");
        (await api.MergeAsync($"{api.ConfigMaps}/held", """{"metadata":{"finalizers":null}}""")).ShouldBe(200);
        await api.UntilGoneAsync(path);
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S20")]
    public async Task A_namespace_whose_content_may_not_be_deleted_stays_and_says_so(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await using var webhook = await WebhookServer.StartAsync(api.Token);
        webhook.On(
            "/keep",
            request =>
                request["operation"]!.GetValue<string>() == "DELETE"
                    ? WebhookServer.Deny("""{"message":"kept"}""")
                    : WebhookServer.Allow()
        );
        var path = $"/api/v1/namespaces/{api.Namespace}";
        await using (var hooks = new Hooks(api))
        {
            await hooks.InstallAsync(mutating: false, hooks.Hook(webhook, "/keep"));
            await hooks.UntilAskedAsync(webhook, "/keep");
            (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
            (await api.DeleteAsync(path)).ShouldBe(200);
            await UntilAsync(api, path, "NamespaceDeletionContentFailure", "True");
            var (_, reason, message) = (await ConditionsAsync(api, path))["NamespaceDeletionContentFailure"];
            reason.ShouldBe("ContentDeletionFailed");
            message.ShouldContain($"admission webhook \"{hooks.Name("/keep")}\" denied the request: kept");
            (await api.GetAsync($"{api.ConfigMaps}/a")).ShouldBe(200);
        }

        // A real server tries again after a while of its own; ours at once.
        if (!api.IsReal)
        {
            await api.UntilGoneAsync(path);
        }
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S21")]
    public async Task Owners_are_told_by_uid_and_namespace(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var owner = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("owner"))).ShouldBe(201);

        // The name is right, but the owner is another one: it is gone.
        (await api.PostAsync(api.ConfigMaps, Owned("stranger", "owner", Guid.NewGuid().ToString()))).ShouldBe(201);
        await api.UntilGoneAsync($"{api.ConfigMaps}/stranger");

        // One owner is gone, the other is there: the object stays, and loses the name of the one that is gone.
        var two = Owned("both", "owner", owner.Uid);
        two["metadata"]!["ownerReferences"]!.AsArray().Add((JsonNode)Reference("gone", Guid.NewGuid().ToString()));
        (await api.PostAsync(api.ConfigMaps, two)).ShouldBe(201);
        await api.UntilAsync(async () =>
            (await api.GetAsync($"{api.ConfigMaps}/both")).At("metadata", "ownerReferences")!.AsArray().Count == 1
        );

        // An owner in another namespace is none.
        await using var other = await servers.OpenAsync(server);
        (await other.PostAsync(other.ConfigMaps, Owned("far", "owner", owner.Uid))).ShouldBe(201);
        await other.UntilGoneAsync($"{other.ConfigMaps}/far");
        (await api.GetAsync($"{api.ConfigMaps}/owner")).ShouldBe(200);

        // In the background the owner goes first, its dependents after it.
        (
            await api.DeleteAsync($"{api.ConfigMaps}/owner", Json.Parse("""{"propagationPolicy":"Background"}"""))
        ).ShouldBe(200);
        await api.UntilGoneAsync($"{api.ConfigMaps}/both");
    }

    [Theory, MemberData(nameof(Servers)), Trait("Guarantee", "S21")]
    public async Task In_the_foreground_an_owner_waits_for_those_alone_that_block_it(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var owner = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("owner"))).ShouldBe(201);
        var blocking = Owned("blocking", "owner", owner.Uid, block: true)
            .With(value => value["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        var loose = Owned("loose", "owner", owner.Uid)
            .With(value => value["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        (await api.PostAsync(api.ConfigMaps, blocking)).ShouldBe(201);
        (await api.PostAsync(api.ConfigMaps, loose)).ShouldBe(201);
        (await api.DeleteAsync($"{api.ConfigMaps}/owner", Json.Parse("""{"propagationPolicy":"Foreground"}""")))
            .ShouldBe(200)
            .At("metadata", "finalizers")!
            .ToJsonString()
            .ShouldBe("""["foregroundDeletion"]""");
        await api.UntilAsync(async () =>
            (await api.GetAsync($"{api.ConfigMaps}/blocking")).Text("metadata", "deletionTimestamp") is not null
            && (await api.GetAsync($"{api.ConfigMaps}/loose")).Text("metadata", "deletionTimestamp") is not null
        );
        (await api.GetAsync($"{api.ConfigMaps}/owner")).ShouldBe(200);
        (await api.MergeAsync($"{api.ConfigMaps}/blocking", """{"metadata":{"finalizers":null}}""")).ShouldBe(200);
        await api.UntilGoneAsync($"{api.ConfigMaps}/owner");
        (await api.GetAsync($"{api.ConfigMaps}/loose")).ShouldBe(200);
        (await api.MergeAsync($"{api.ConfigMaps}/loose", """{"metadata":{"finalizers":null}}""")).ShouldBe(200);
    }

    private static JsonObject Owned(string name, string owner, string uid, bool block = false) =>
        new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["ownerReferences"] = new JsonArray(Reference(owner, uid, block)),
            },
        };

    private static JsonObject Reference(string owner, string uid, bool block = false)
    {
        var reference = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["name"] = owner,
            ["uid"] = uid,
        };
        if (block)
        {
            reference["blockOwnerDeletion"] = true;
        }

        return reference;
    }

    private static Task UntilAsync(Api api, string path, string type, string status) =>
        api.UntilAsync(async () =>
            (await ConditionsAsync(api, path)).TryGetValue(type, out var condition) && condition.Status == status
        );

    private static async Task<Dictionary<string, (string Status, string Reason, string Message)>> ConditionsAsync(
        Api api,
        string path
    ) =>
        ((await api.GetAsync(path)).At("status", "conditions") as JsonArray ?? []).ToDictionary(
            condition => Json.At(condition, "type")!.GetValue<string>(),
            condition =>
                (
                    Json.At(condition, "status")!.GetValue<string>(),
                    Json.At(condition, "reason")!.GetValue<string>(),
                    Json.At(condition, "message")!.GetValue<string>()
                )
        );
}
