using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Create, read, replace and delete, and the words of the refusals.</summary>
public sealed class ObjectTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task A_created_object_gets_its_metadata(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        made.Text("metadata", "namespace").ShouldBe(api.Namespace);
        Guid.TryParse(made.Uid, out _).ShouldBeTrue();
        DateTimeOffset
            .Parse(made.Text("metadata", "creationTimestamp")!)
            .ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddMinutes(-5));
        made.At("metadata", "generation").ShouldBeNull();
        var read = (await api.GetAsync($"{api.ConfigMaps}/a")).ShouldBe(200);
        JsonNode.DeepEquals(read.Body, made.Body).ShouldBeTrue();
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_taken_name_is_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        var again = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(409);
        again.Reason.ShouldBe("AlreadyExists");
        again.Message.ShouldBe("configmaps \"a\" already exists");
        again.Text("details", "name").ShouldBe("a");
        again.Text("details", "kind").ShouldBe("configmaps");
        again.Text("status").ShouldBe("Failure");
        again.Text("kind").ShouldBe("Status");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_prefix_becomes_a_name(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var value = api.ConfigMap("").With(v => v["metadata"] = new JsonObject { ["generateName"] = "part-" });
        var made = (await api.PostAsync(api.ConfigMaps, value)).ShouldBe(201);
        made.Text("metadata", "name")!.ShouldStartWith("part-");
        made.Text("metadata", "name")!.Length.ShouldBe(10);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task What_is_not_there_is_said_so(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var missing = (await api.GetAsync($"{api.ConfigMaps}/none")).ShouldBe(404);
        missing.Reason.ShouldBe("NotFound");
        missing.Message.ShouldBe("configmaps \"none\" not found");
        (await api.GetAsync($"{api.Deployments}/none")).Message.ShouldBe("deployments.apps \"none\" not found");
        (await api.DeleteAsync($"{api.ConfigMaps}/none")).ShouldBe(404);
        (await api.PutAsync($"{api.ConfigMaps}/none", api.ConfigMap("none"))).ShouldBe(404);
        (await api.MergeAsync($"{api.ConfigMaps}/none", "{}")).ShouldBe(404);
        (await api.GetAsync($"/api/v1/namespaces/{api.Namespace}/gadgets")).ShouldBe(404);
        (await api.GetAsync("/apis/no.such.group/v1/things")).ShouldBe(404);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_missing_namespace_is_said_so(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var answer = (await api.PostAsync("/api/v1/namespaces/none-such/configmaps", api.ConfigMap("a"))).ShouldBe(404);
        answer.Message.ShouldBe("namespaces \"none-such\" not found");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_bad_name_is_refused_with_its_cause(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var answer = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("Not_Good"))).ShouldBe(422);
        answer.Reason.ShouldBe("Invalid");
        answer.Message.ShouldStartWith(
            "ConfigMap \"Not_Good\" is invalid: metadata.name: Invalid value: \"Not_Good\": a "
        );
        var cause = answer.At("details", "causes")!.AsArray().ShouldHaveSingleItem()!.AsObject();
        cause["field"]!.GetValue<string>().ShouldBe("metadata.name");
        cause["reason"]!.GetValue<string>().ShouldBe("FieldValueInvalid");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_stale_writer_is_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var first = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        var second = await api.PutAsync($"{api.ConfigMaps}/a", first.Body.With(v => v["data"]!["key"] = "new"));
        second.ShouldBe(200).ResourceVersion.ShouldNotBe(first.ResourceVersion);
        var stale = await api.PutAsync($"{api.ConfigMaps}/a", first.Body.With(v => v["data"]!["key"] = "old"));
        stale.ShouldBe(409).Reason.ShouldBe("Conflict");
        stale.Message.ShouldBe(
            "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to the latest version and try again"
        );

        var unconditional = api.ConfigMap("a").With(v => v["data"]!["key"] = "newest");
        (await api.PutAsync($"{api.ConfigMaps}/a", unconditional)).ShouldBe(200);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_write_that_changes_nothing_is_no_write(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        var again = (await api.PutAsync($"{api.ConfigMaps}/a", made.Body)).ShouldBe(200);
        again.ResourceVersion.ShouldBe(made.ResourceVersion);
        (await api.MergeAsync($"{api.ConfigMaps}/a", """{"data":{"key":"value"}}""")).ResourceVersion.ShouldBe(
            made.ResourceVersion
        );
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task What_the_server_decides_cannot_be_written(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        var patched = await api.MergeAsync(
            $"{api.ConfigMaps}/a",
            """{"metadata":{"creationTimestamp":"2001-01-01T00:00:00Z","generation":7,"labels":{"a":"b"}}}"""
        );
        patched.ShouldBe(200);
        patched.Text("metadata", "creationTimestamp").ShouldBe(made.Text("metadata", "creationTimestamp"));
        patched.At("metadata", "generation").ShouldBeNull();
        var deleted = await api.MergeAsync(
            $"{api.ConfigMaps}/a",
            """{"metadata":{"deletionTimestamp":"2001-01-01T00:00:00Z"}}"""
        );
        deleted.ShouldBe(422).Message.ShouldContain("metadata.deletionTimestamp: Invalid value");
        patched.Text("metadata", "labels", "a").ShouldBe("b");

        var renamed = await api.PutAsync($"{api.ConfigMaps}/a", api.ConfigMap("b"));
        renamed.ShouldBe(400).Message.ShouldBe("the name of the object (b) does not match the name on the URL (a)");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Nothing_is_stored_in_a_dry_run(string server)
    {
        await using var api = await servers.OpenAsync(server);
        (await api.PostAsync($"{api.ConfigMaps}?dryRun=All", api.ConfigMap("a"))).ShouldBe(201).Uid.ShouldNotBeEmpty();
        (await api.GetAsync($"{api.ConfigMaps}/a")).ShouldBe(404);
        (await api.PostAsync(api.ConfigMaps, api.ConfigMap("a"))).ShouldBe(201);
        (await api.PostAsync($"{api.ConfigMaps}?dryRun=All", api.ConfigMap("a"))).ShouldBe(409);
        var patched = await api.MergeAsync($"{api.ConfigMaps}/a?dryRun=All", """{"data":{"key":"other"}}""");
        patched.ShouldBe(200).Text("data", "key").ShouldBe("other");
        (await api.DeleteAsync($"{api.ConfigMaps}/a?dryRun=All")).ShouldBe(200);
        (await api.GetAsync($"{api.ConfigMaps}/a")).ShouldBe(200).Text("data", "key").ShouldBe("value");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_body_that_does_not_fit_is_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        (await api.SendAsync(HttpMethod.Post, api.ConfigMaps, "{", "application/json"))
            .ShouldBe(400)
            .Reason.ShouldBe("BadRequest");
        (await api.SendAsync(HttpMethod.Post, api.ConfigMaps, "a", "text/plain")).ShouldBe(415);
        (await api.PostAsync(api.ConfigMaps, api.Deployment("a"))).ShouldBe(400).Reason.ShouldBe("BadRequest");
        var elsewhere = api.ConfigMap("a").With(v => v["metadata"]!["namespace"] = "default");
        (await api.PostAsync(api.ConfigMaps, elsewhere)).ShouldBe(400);
        (await api.SendAsync(HttpMethod.Put, api.ConfigMaps, "{}", "application/json")).ShouldBe(405);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Yaml_is_read_too(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = await api.SendAsync(
            HttpMethod.Post,
            api.ConfigMaps,
            "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  key: |\n    two\n    lines\n",
            "application/yaml"
        );
        made.ShouldBe(201).Text("data", "key").ShouldBe("two\nlines\n");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Immutable_fields_stay(string server)
    {
        await using var api = await servers.OpenAsync(server);
        (await api.PostAsync(api.Deployments, api.Deployment("web"))).ShouldBe(201);
        var changed = await api.MergeAsync(
            $"{api.Deployments}/web",
            """{"spec":{"selector":{"matchLabels":{"app":"other"}},"template":{"metadata":{"labels":{"app":"other"}}}}}"""
        );
        changed.ShouldBe(422).Message.ShouldContain("spec.selector: Invalid value");
        changed.Message.ShouldContain("field is immutable");

        var services = $"/api/v1/namespaces/{api.Namespace}/services";
        var service = api.Object("v1", "Service", "web")
            .With(v => v["spec"] = Json.Parse("""{"ports":[{"port":80}]}"""));
        var made = (await api.PostAsync(services, service)).ShouldBe(201);
        var address = made.Text("spec", "clusterIP")!;
        made.Text("spec", "type").ShouldBe("ClusterIP");
        Json.At(made.At("spec", "ports")!.AsArray()[0], "targetPort")!.GetValue<int>().ShouldBe(80);
        Json.At(made.At("spec", "ports")!.AsArray()[0], "protocol")!.GetValue<string>().ShouldBe("TCP");
        (await api.MergeAsync($"{services}/web", """{"metadata":{"labels":{"a":"b"}}}"""))
            .Text("spec", "clusterIP")
            .ShouldBe(address);
        var moved = await api.MergeAsync($"{services}/web", """{"spec":{"clusterIP":"None","clusterIPs":["None"]}}""");
        moved.ShouldBe(422).Message.ShouldContain("may not change once set");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_deployment_is_defaulted_and_its_generation_counts_spec_changes(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var made = (await api.PostAsync(api.Deployments, api.Deployment("web"))).ShouldBe(201);
        made.At("metadata", "generation")!.GetValue<int>().ShouldBe(1);
        made.Text("spec", "strategy", "type").ShouldBe("RollingUpdate");
        made.Text("spec", "strategy", "rollingUpdate", "maxSurge").ShouldBe("25%");
        made.At("spec", "progressDeadlineSeconds")!.GetValue<int>().ShouldBe(600);
        var pod = made.At("spec", "template", "spec")!;
        Json.At(pod, "restartPolicy")!.GetValue<string>().ShouldBe("Always");
        Json.At(pod, "terminationGracePeriodSeconds")!.GetValue<int>().ShouldBe(30);
        pod["containers"]![0]!["imagePullPolicy"]!.GetValue<string>().ShouldBe("IfNotPresent");
        (await api.MergeAsync($"{api.Deployments}/web", """{"metadata":{"labels":{"a":"b"}}}"""))
            .At("metadata", "generation")!
            .GetValue<int>()
            .ShouldBe(1);
        (await api.MergeAsync($"{api.Deployments}/web", """{"spec":{"minReadySeconds":3}}"""))
            .At("metadata", "generation")!
            .GetValue<int>()
            .ShouldBe(2);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_statefulset_refuses_changes_of_its_claims(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var path = $"/apis/apps/v1/namespaces/{api.Namespace}/statefulsets";
        var set = api.Deployment("db")
            .With(v =>
            {
                v["kind"] = "StatefulSet";
                v["spec"]!["serviceName"] = "db";
            });
        (await api.PostAsync(path, set)).ShouldBe(201).Text("spec", "podManagementPolicy").ShouldBe("OrderedReady");
        var changed = await api.MergeAsync($"{path}/db", """{"spec":{"serviceName":"other"}}""");
        changed.ShouldBe(422).Message.ShouldContain("updates to statefulset spec for fields other than 'replicas'");
        (await api.MergeAsync($"{path}/db", """{"spec":{"replicas":2}}""")).ShouldBe(200);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Secrets_take_plain_text_and_keep_base64(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var path = $"/api/v1/namespaces/{api.Namespace}/secrets";
        var secret = api.Object("v1", "Secret", "s").With(v => v["stringData"] = new JsonObject { ["a"] = "hello" });
        var made = (await api.PostAsync(path, secret)).ShouldBe(201);
        made.Text("data", "a").ShouldBe("aGVsbG8=");
        made.At("stringData").ShouldBeNull();
        made.Text("type").ShouldBe("Opaque");
        var bad = api.Object("v1", "Secret", "t").With(v => v["data"] = new JsonObject { ["a"] = "???" });
        (await api.PostAsync(path, bad)).ShouldBe(400);
    }
}
