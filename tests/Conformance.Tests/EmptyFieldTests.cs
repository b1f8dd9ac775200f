using System.Text.Json.Nodes;
using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>What is empty is not kept: objects of built-in kinds are read into Go's types and written out of them.</summary>
public sealed class EmptyFieldTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "S28")]
    public async Task Empty_lists_and_maps_of_built_in_kinds_are_dropped(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var config = api.Object("v1", "ConfigMap", "a");
        config["data"] = new JsonObject();
        config["binaryData"] = new JsonObject();
        config["metadata"]!["labels"] = new JsonObject();
        config["metadata"]!["finalizers"] = new JsonArray();
        var made = (await api.PostAsync(api.ConfigMaps, config)).ShouldBe(201);
        made.At("data").ShouldBeNull();
        made.At("binaryData").ShouldBeNull();
        made.At("metadata", "labels").ShouldBeNull();
        made.At("metadata", "finalizers").ShouldBeNull();
        made.At("metadata", "managedFields").ShouldBeNull("nothing is owned");

        var role = api.Object("rbac.authorization.k8s.io/v1", "Role", "a");
        role["rules"] = JsonNode.Parse(
            """[{"apiGroups":[""],"resources":["pods"],"verbs":["get"],"resourceNames":[]}]"""
        );
        var roles = $"/apis/rbac.authorization.k8s.io/v1/namespaces/{api.Namespace}/roles";
        var rule = (await api.PostAsync(roles, role)).ShouldBe(201).At("rules")![0]!.AsObject();
        rule.Select(field => field.Key).Order(StringComparer.Ordinal).ShouldBe(["apiGroups", "resources", "verbs"]);
    }

    [Theory, MemberData(nameof(Servers))]
    [Trait("Guarantee", "S28")]
    public async Task What_is_empty_in_a_template_is_dropped_and_an_empty_struct_stays(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var deployment = api.Deployment("web");
        var pod = deployment["spec"]!["template"]!["spec"]!.AsObject();
        var container = pod["containers"]![0]!.AsObject();
        foreach (var field in new[] { "args", "command", "env", "envFrom", "ports", "volumeMounts" })
        {
            container[field] = new JsonArray();
        }

        container["resources"] = JsonNode.Parse("""{"limits":{},"requests":{}}""");
        container["securityContext"] = JsonNode.Parse("""{"capabilities":{"add":[],"drop":[]}}""");
        pod["nodeSelector"] = new JsonObject();
        pod["tolerations"] = new JsonArray();
        pod["volumes"] = JsonNode.Parse("""[{"name":"v","emptyDir":{}}]""");
        deployment["spec"]!["replicas"] = 0;
        deployment["spec"]!["template"]!["metadata"]!["annotations"] = new JsonObject();

        foreach (var isApplied in new[] { false, true })
        {
            var made = isApplied
                ? await api.ApplyAsync(
                    $"{api.Deployments}/applied",
                    "mine",
                    deployment.With(v => v["metadata"]!["name"] = "applied")
                )
                : await api.PostAsync(api.Deployments, deployment);

            made.ShouldBe(201);
            made.At("spec", "template", "metadata", "annotations").ShouldBeNull();
            var spec = made.At("spec", "template", "spec")!.AsObject();
            spec.ContainsKey("nodeSelector").ShouldBeFalse();
            spec.ContainsKey("tolerations").ShouldBeFalse();
            spec["volumes"]![0]!.ToJsonString().ShouldBe("""{"name":"v","emptyDir":{}}""");
            var first = spec["containers"]![0]!.AsObject();
            foreach (var field in new[] { "args", "command", "env", "envFrom", "ports", "volumeMounts" })
            {
                first.ContainsKey(field).ShouldBeFalse(field);
            }

            first["resources"]!.ToJsonString().ShouldBe("{}");
            first["securityContext"]!.ToJsonString().ShouldBe("""{"capabilities":{}}""");
        }
    }
}
