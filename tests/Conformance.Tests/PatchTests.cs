using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>The four kinds of patches.</summary>
public sealed class PatchTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task Json_patches_are_all_or_nothing(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"));
        var path = $"{api.ConfigMaps}/a";
        var patched = await api.PatchAsync(
            path,
            "json-patch+json",
            """[{"op":"test","path":"/data/key","value":"value"},{"op":"add","path":"/data/other","value":"x"},{"op":"remove","path":"/data/key"}]"""
        );
        patched.ShouldBe(200).At("data")!.ToJsonString().ShouldBe("""{"other":"x"}""");
        var failed = await api.PatchAsync(
            path,
            "json-patch+json",
            """[{"op":"add","path":"/data/new","value":"x"},{"op":"test","path":"/data/other","value":"y"}]"""
        );
        failed.ShouldBe(422).Reason.ShouldBe("Invalid");
        (await api.GetAsync(path)).At("data")!.ToJsonString().ShouldBe("""{"other":"x"}""");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Merge_patches_replace_lists_and_delete_by_null(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.Deployments, api.Deployment("web"));
        await api.MergeAsync($"{api.Deployments}/web", """{"metadata":{"annotations":{"a":"1","b":"2"}}}""");
        var patched = await api.MergeAsync(
            $"{api.Deployments}/web",
            """{"metadata":{"annotations":{"a":null}},"spec":{"template":{"spec":{"containers":[{"name":"other","image":"o:1"}]}}}}"""
        );
        patched.ShouldBe(200).Text("metadata", "annotations", "b").ShouldBe("2");
        patched.At("metadata", "annotations", "a").ShouldBeNull();
        patched.At("spec", "template", "spec", "containers")!.AsArray().ShouldHaveSingleItem()!["name"]!
            .GetValue<string>()
            .ShouldBe("other");
        var stale = await api.MergeAsync($"{api.Deployments}/web", """{"metadata":{"resourceVersion":"1"}}""");
        stale.ShouldBe(409).Reason.ShouldBe("Conflict");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Strategic_patches_merge_lists_by_key(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.Deployments, api.Deployment("web"));
        var patched = await api.PatchAsync(
            $"{api.Deployments}/web",
            "strategic-merge-patch+json",
            """{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"s:1"},{"name":"main","env":[{"name":"A","value":"1"}]}]}}}}"""
        );
        var containers = patched.ShouldBe(200).At("spec", "template", "spec", "containers")!.AsArray();
        containers
            .Select(container => $"{container!["name"]} {container["image"]}")
            .Order()
            .ShouldBe(["main app:1", "side s:1"]);
        var removed = await api.PatchAsync(
            $"{api.Deployments}/web",
            "strategic-merge-patch+json",
            """{"spec":{"template":{"spec":{"containers":[{"name":"side","$patch":"delete"}]}}}}"""
        );
        removed.ShouldBe(200).At("spec", "template", "spec", "containers")!.AsArray().Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Applying_creates_changes_and_removes(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var path = $"{api.ConfigMaps}/a";
        var intent = api.ConfigMap("a").With(v => v["data"] = new JsonObject { ["one"] = "1", ["two"] = "2" });
        var made = (await api.ApplyAsync(path, "mine", intent)).ShouldBe(201);
        var entry = made.At("metadata", "managedFields")!.AsArray().ShouldHaveSingleItem()!;
        entry["manager"]!.GetValue<string>().ShouldBe("mine");
        entry["operation"]!.GetValue<string>().ShouldBe("Apply");
        entry["fieldsV1"]!.ToJsonString().ShouldBe("""{"f:data":{"f:one":{},"f:two":{}}}""");

        var same = (await api.ApplyAsync(path, "mine", intent)).ShouldBe(200);
        same.ResourceVersion.ShouldBe(made.ResourceVersion);
        await api.MergeAsync($"{path}?fieldManager=other", """{"data":{"three":"3"}}""");
        var less = await api.ApplyAsync(path, "mine", intent.With(v => v["data"] = new JsonObject { ["one"] = "x" }));
        less.ShouldBe(200).At("data")!.ToJsonString().ShouldBe("""{"one":"x","three":"3"}""");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Owners_of_fields_are_asked_first(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var path = $"{api.ConfigMaps}/a";
        var intent = api.ConfigMap("a");
        (await api.ApplyAsync(path, "first", intent)).ShouldBe(201);
        var other = intent.With(v => v["data"]!["key"] = "other");
        var conflict = (await api.ApplyAsync(path, "second", other)).ShouldBe(409);
        conflict.Reason.ShouldBe("Conflict");
        conflict.Message.ShouldBe("Apply failed with 1 conflict: conflict with \"first\": .data.key");
        var cause = conflict.At("details", "causes")!.AsArray().ShouldHaveSingleItem()!;
        cause["reason"]!.GetValue<string>().ShouldBe("FieldManagerConflict");
        cause["field"]!.GetValue<string>().ShouldBe(".data.key");
        var forced = (await api.ApplyAsync(path, "second", other, force: true)).ShouldBe(200);
        forced.Text("data", "key").ShouldBe("other");
        forced.At("metadata", "managedFields")!.AsArray().ShouldHaveSingleItem()!["manager"]!
            .GetValue<string>()
            .ShouldBe("second");
        (await api.SendAsync(HttpMethod.Patch, path, "{}", "application/apply-patch+yaml")).Code.ShouldBeOneOf(
            400,
            422
        );
    }

    /// <summary>What a client can rely on that must not write another object than the one it knows.</summary>
    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "A29")]
    public async Task An_apply_with_a_uid_writes_that_object_or_nothing(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        foreach (
            var (path, thing) in new[]
            {
                ($"{api.ConfigMaps}/a", api.ConfigMap("a")),
                (widgets.Path("a"), widgets.Widget("a")),
            }
        )
        {
            JsonObject Labelled(string uid, string value) =>
                thing.With(v =>
                {
                    v["metadata"]!["uid"] = uid;
                    v["metadata"]!["labels"] = new JsonObject { ["is"] = value };
                });
            const string other = "11111111-1111-1111-1111-111111111111";

            var absent = await api.ApplyAsync(path, "mine", Labelled(other, "absent"), force: true);
            absent.ShouldBe(409).Reason.ShouldBe("Conflict");
            absent.Message.ShouldEndWith(
                $"uid mismatch: the provided object specified uid {other}, and no existing object was found"
            );
            (await api.GetAsync(path)).ShouldBe(404);

            var made = (await api.ApplyAsync(path, "mine", thing)).ShouldBe(201);
            var uid = made.Text("metadata", "uid")!;
            var matching = (await api.ApplyAsync(path, "mine", Labelled(uid, "matching"), force: true)).ShouldBe(200);
            matching.Text("metadata", "labels", "is").ShouldBe("matching");
            matching.At("metadata", "managedFields")!.ToJsonString().ShouldNotContain("f:uid");
            var again = (await api.ApplyAsync(path, "mine", Labelled(uid, "matching"), force: true)).ShouldBe(200);
            again.ResourceVersion.ShouldBe(matching.ResourceVersion);

            // Also where nothing would change.
            foreach (var value in new[] { "mismatch", "matching" })
            {
                var mismatch = await api.ApplyAsync(path, "mine", Labelled(other, value), force: true);
                mismatch.ShouldBe(422).Reason.ShouldBe("Invalid");
                foreach (var cause in mismatch.At("details", "causes")!.AsArray())
                {
                    cause!["field"]!.GetValue<string>().ShouldBe("metadata.uid");
                    cause["message"]!.GetValue<string>().ShouldBe($"Invalid value: \"{other}\": field is immutable");
                }
            }

            (await api.GetAsync(path)).Text("metadata", "labels", "is").ShouldBe("matching");
            var kept = await api.DeleteAsync(
                path,
                new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = other } }
            );
            kept.ShouldBe(409).Reason.ShouldBe("Conflict");
            kept.Message.ShouldContain("UID in");
            (await api.GetAsync(path)).ShouldBe(200);
        }
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Applied_lists_merge_by_key(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var path = widgets.Path("w");
        var parts = (string json) => widgets.Widget("w").With(v => v["spec"]!["parts"] = JsonNode.Parse(json));
        (await api.ApplyAsync(path, "a", parts("""[{"name":"wheel","weight":1}]"""))).ShouldBe(201);
        var both = await api.ApplyAsync(path, "b", parts("""[{"name":"door","weight":2}]"""));
        both.ShouldBe(200).At("spec", "parts")!.AsArray().Count.ShouldBe(2);
        var one = await api.ApplyAsync(path, "b", widgets.Widget("w"));
        one.ShouldBe(200).At("spec", "parts")!.AsArray().ShouldHaveSingleItem()!["name"]!
            .GetValue<string>()
            .ShouldBe("wheel");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Unknown_patches_are_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"));
        (await api.PatchAsync($"{api.ConfigMaps}/a", "json", "{}"))
            .ShouldBe(415)
            .Reason.ShouldBe("UnsupportedMediaType");
        var widgets = await api.DefineWidgetsAsync();
        await api.PostAsync(widgets.Collection, widgets.Widget("w"));
        (await api.PatchAsync(widgets.Path("w"), "strategic-merge-patch+json", "{}")).ShouldBe(415);
        (await api.PatchAsync($"{api.ConfigMaps}/a", "json-patch+json", "{}")).ShouldBe(400);
    }
}
