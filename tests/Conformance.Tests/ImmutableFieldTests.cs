using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>What a server refuses to change once an object exists, and in which words.</summary>
public sealed class ImmutableFieldTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task A_bound_claim_grows_where_its_class_allows_it_and_never_shrinks(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var (grow, @fixed) = ($"{api.Namespace}-grow", $"{api.Namespace}-fixed");
        var classes = "/apis/storage.k8s.io/v1/storageclasses";
        try
        {
            (await api.PostAsync(classes, Class(api, grow, expands: true))).ShouldBe(201);
            (await api.PostAsync(classes, Class(api, @fixed, expands: false))).ShouldBe(201);
            var growing = await BoundAsync(api, "growing", grow);
            var stiff = await BoundAsync(api, "stiff", @fixed);

            (await api.MergeAsync(growing, Size("2Gi")))
                .ShouldBe(200)
                .Text("spec", "resources", "requests", "storage")
                .ShouldBe("2Gi");
            var smaller = (await api.MergeAsync(growing, Size("512Mi"))).ShouldBe(422);
            smaller.Reason.ShouldBe("Invalid");
            smaller.Message.ShouldContain("spec.resources.requests.storage: Forbidden: field can not be less than");
            (await api.MergeAsync(growing, $$$"""{"spec":{"storageClassName":"{{{@fixed}}}"}}"""))
                .ShouldBe(422)
                .Message.ShouldContain("spec: Forbidden: spec is immutable after creation except resources.requests");
            var refused = (await api.MergeAsync(stiff, Size("2Gi"))).ShouldBe(403);
            refused.Reason.ShouldBe("Forbidden");
            refused.Message.ShouldBe(
                "persistentvolumeclaims \"stiff\" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize"
            );
        }
        finally
        {
            await api.DeleteAsync($"{classes}/{grow}");
            await api.DeleteAsync($"{classes}/{@fixed}");
            await api.DeleteAsync($"/api/v1/persistentvolumes/{api.Namespace}-growing");
            await api.DeleteAsync($"/api/v1/persistentvolumes/{api.Namespace}-stiff");
        }
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task A_claim_that_is_not_bound_keeps_its_size(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var path = await ClaimAsync(api, "waiting", "nosuch");
        (await api.MergeAsync(path, Size("2Gi")))
            .ShouldBe(422)
            .Message.ShouldContain("spec: Forbidden: spec is immutable after creation except resources.requests");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task The_template_of_a_job_stays(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var jobs = $"/apis/batch/v1/namespaces/{api.Namespace}/jobs";
        var job = api.Object("batch/v1", "Job", "once");
        job["spec"] = Json.Parse(
            """{"parallelism":0,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"a","image":"a"}]}}}"""
        );
        (await api.PostAsync(jobs, job)).ShouldBe(201);
        var refused = await api.PatchAsync(
            $"{jobs}/once",
            "strategic-merge-patch+json",
            """{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"b"}]}}}}"""
        );
        refused.ShouldBe(422).Reason.ShouldBe("Invalid");
        var cause = refused.At("details", "causes")!.AsArray().ShouldHaveSingleItem()!;
        cause["field"]!.GetValue<string>().ShouldBe("spec.template");
        cause["reason"]!.GetValue<string>().ShouldBe("FieldValueInvalid");
        cause["message"]!.GetValue<string>().ShouldEndWith("field is immutable");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task The_address_of_a_service_and_the_selector_of_a_deployment_stay(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var services = $"/api/v1/namespaces/{api.Namespace}/services";
        var service = api.Object("v1", "Service", "web");
        service["spec"] = Json.Parse("""{"ports":[{"port":80}]}""");
        (await api.PostAsync(services, service)).ShouldBe(201);
        (await api.MergeAsync($"{services}/web", """{"spec":{"clusterIP":"None"}}"""))
            .ShouldBe(422)
            .Message.ShouldEndWith("may not change once set");
        var deployment = api.Object("apps/v1", "Deployment", "web");
        deployment["spec"] = Json.Parse(
            """
            {"replicas":0,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b","c":"d"}},
             "spec":{"containers":[{"name":"a","image":"a"}]}}}
            """
        );
        (await api.PostAsync(api.Deployments, deployment)).ShouldBe(201);
        var selector = await api.MergeAsync(
            $"{api.Deployments}/web",
            """{"spec":{"selector":{"matchLabels":{"c":"d"}}}}"""
        );
        selector.ShouldBe(422).Message.ShouldContain("spec.selector: Invalid value:");
        selector.Message.ShouldEndWith("field is immutable");
    }

    /// <summary>A claim that was given a volume: on a real server by its controller, else by the test.</summary>
    private static async Task<string> BoundAsync(Api api, string name, string storageClass)
    {
        var volume = api.Object("v1", "PersistentVolume", $"{api.Namespace}-{name}");
        volume["spec"] = new JsonObject
        {
            ["capacity"] = new JsonObject { ["storage"] = "1Gi" },
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["storageClassName"] = storageClass,
            ["hostPath"] = new JsonObject { ["path"] = "/nonexistent" },
            ["claimRef"] = new JsonObject { ["namespace"] = api.Namespace, ["name"] = name },
        };
        (await api.PostAsync("/api/v1/persistentvolumes", volume)).ShouldBe(201);
        var path = await ClaimAsync(api, name, storageClass);
        if (!api.IsReal)
        {
            (await api.MergeAsync(path, $$$"""{"spec":{"volumeName":"{{{api.Namespace}}}-{{{name}}}"}}""")).ShouldBe(
                200
            );
            (await api.MergeAsync($"{path}/status", """{"status":{"phase":"Bound"}}""")).ShouldBe(200);
        }

        await api.UntilAsync(async () => (await api.GetAsync(path)).Text("status", "phase") == "Bound");
        return path;
    }

    private static async Task<string> ClaimAsync(Api api, string name, string storageClass)
    {
        var claims = $"/api/v1/namespaces/{api.Namespace}/persistentvolumeclaims";
        var claim = api.Object("v1", "PersistentVolumeClaim", name);
        claim["spec"] = new JsonObject
        {
            ["accessModes"] = new JsonArray("ReadWriteOnce"),
            ["storageClassName"] = storageClass,
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "1Gi" } },
        };
        (await api.PostAsync(claims, claim)).ShouldBe(201);
        return $"{claims}/{name}";
    }

    private static JsonObject Class(Api api, string name, bool expands)
    {
        var value = api.Object("storage.k8s.io/v1", "StorageClass", name);
        value["provisioner"] = "example.com/none";
        value["allowVolumeExpansion"] = expands;
        return value;
    }

    private static string Size(string size) =>
        "{'spec':{'resources':{'requests':{'storage':'SIZE'}}}}"
            .Replace('\'', '"')
            .Replace("SIZE", size, StringComparison.Ordinal);
}
