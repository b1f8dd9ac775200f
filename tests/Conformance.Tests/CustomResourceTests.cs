using Conformance.Tests.Support;

namespace Conformance.Tests;

/// <summary>Kinds that CustomResourceDefinitions bring.</summary>
public sealed class CustomResourceTests(ApiServers servers)
{
    public static TheoryData<string> Servers => ApiServers.All;

    [Theory, MemberData(nameof(Servers))]
    public async Task A_definition_is_established_and_discovered(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var definition = await api.GetAsync(
            $"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{widgets.DefinitionName}"
        );
        definition.Text("spec", "names", "singular").ShouldBe("widget");
        definition.Text("spec", "names", "listKind").ShouldBe("WidgetList");
        definition.Text("status", "acceptedNames", "kind").ShouldBe("Widget");
        definition.At("status", "storedVersions")!.ToJsonString().ShouldBe("""["v1"]""");
        (await api.GetAsync($"/apis/{widgets.Group}")).ShouldBe(200).Text("preferredVersion", "version").ShouldBe("v1");
        var resources = (await api.GetAsync($"/apis/{widgets.ApiVersion}")).ShouldBe(200).At("resources")!.AsArray();
        resources
            .Select(r => r!["name"]!.GetValue<string>())
            .Order()
            .ShouldBe(["widgets", "widgets/scale", "widgets/status"]);
        var entry = resources.Single(r => r!["name"]!.GetValue<string>() == "widgets")!;
        entry["namespaced"]!.GetValue<bool>().ShouldBeTrue();
        entry["shortNames"]!.ToJsonString().ShouldBe("""["wdg"]""");
        entry["categories"]!.ToJsonString().ShouldBe("""["things"]""");
        entry["verbs"]!
            .AsArray()
            .Select(v => v!.GetValue<string>())
            .Order()
            .ShouldBe(["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]);
        (await api.GetAsync(widgets.Collection)).Text("kind").ShouldBe("WidgetList");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Bad_definitions_are_refused(string server)
    {
        await using var api = await servers.OpenAsync(server);
        const string Path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        var good = new WidgetKind(api, "bad.example.com").Definition();
        var misnamed = await api.PostAsync(Path, good.With(d => d["metadata"]!["name"] = "gadgets.bad.example.com"));
        misnamed.ShouldBe(422).Message.ShouldContain("must be spec.names.plural+\".\"+spec.group");
        var noSchema = await api.PostAsync(
            Path,
            good.With(d => d["spec"]!["versions"]![0]!.AsObject().Remove("schema"))
        );
        noSchema.ShouldBe(422).Message.ShouldContain("spec.versions[0].schema.openAPIV3Schema: Required value");
        var badRule = await api.PostAsync(
            Path,
            good.With(d =>
                d["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"]![
                    "x-kubernetes-validations"
                ]![0]!["rule"] = "self.nothing > 1"
            )
        );
        badRule.ShouldBe(422).Message.ShouldContain("undefined field 'nothing'");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Defaults_are_filled_in_and_unknown_fields_fall_away(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var value = widgets.Widget("w").With(v => v["spec"]!["unknown"] = 1);
        var made = (await api.PostAsync($"{widgets.Collection}?fieldValidation=Ignore", value)).ShouldBe(201);
        made.At("spec")!["color"]!.GetValue<string>().ShouldBe("Red");
        made.At("spec")!["replicas"]!.GetValue<int>().ShouldBe(1);
        made.At("spec", "unknown").ShouldBeNull();
        made.Warnings.ShouldBeEmpty();

        var warned = await api.PostAsync(
            $"{widgets.Collection}?fieldValidation=Warn",
            value.With(v => v["metadata"]!["name"] = "v")
        );
        warned.ShouldBe(201).Warnings.ShouldHaveSingleItem().ShouldContain("unknown field \\\"spec.unknown\\\"");
        var refused = await api.PostAsync(
            $"{widgets.Collection}?fieldValidation=Strict",
            value.With(v => v["metadata"]!["name"] = "u")
        );
        refused.ShouldBe(400).Reason.ShouldBe("BadRequest");
        refused.Message.ShouldBe(
            "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.unknown\""
        );
        var patched = await api.MergeAsync($"{widgets.Path("w")}?fieldValidation=Strict", """{"spec":{"unknown":1}}""");
        patched.ShouldBe(422).Message.ShouldEndWith("strict decoding error: unknown field \"spec.unknown\"");
        var twice = await api.SendAsync(
            HttpMethod.Post,
            $"{widgets.Collection}?fieldValidation=Strict",
            widgets
                .Widget("t")
                .ToJsonString()
                .Replace("\"size\"", "\"size\":1,\"other\":1,\"size\"", StringComparison.Ordinal),
            "application/json"
        );
        twice
            .ShouldBe(400)
            .Message.ShouldEndWith(
                "strict decoding error: duplicate field \"spec.size\", unknown field \"spec.other\""
            );
        var misspelt = await api.PostAsync(
            $"{widgets.Collection}?fieldValidation=Strict",
            widgets.Widget("t").With(v => v["metadata"]!["lables"] = "x")
        );
        misspelt.ShouldBe(400).Message.ShouldEndWith("unknown field \"metadata.lables\"");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Schema_and_rules_are_kept(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var wrong = widgets
            .Widget("w", 0)
            .With(v =>
            {
                v["spec"]!["color"] = "Green";
            });
        var answer = (await api.PostAsync(widgets.Collection, wrong)).ShouldBe(422);
        answer.Reason.ShouldBe("Invalid");
        answer.Text("details", "group").ShouldBe(widgets.Group);
        answer.Text("details", "kind").ShouldBe("Widget");
        answer.Message.ShouldStartWith("Widget." + widgets.Group + " \"w\" is invalid: ");
        answer
            .At("details", "causes")!
            .AsArray()
            .Select(cause => $"{cause!["field"]} {cause["reason"]}: {cause["message"]}")
            .Where(text => !text.StartsWith("<nil>", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "spec.color FieldValueNotSupported: Unsupported value: \"Green\": supported values: \"Red\", \"Blue\"",
                "spec.size FieldValueInvalid: Invalid value: 0: spec.size in body should be greater than or equal to 1",
            ]);

        var tooLarge = (await api.PostAsync(widgets.Collection, widgets.Widget("w", 100))).ShouldBe(422);
        tooLarge.Message.ShouldBe(
            $"Widget.{widgets.Group} \"w\" is invalid: spec: Invalid value: a widget is smaller than 100"
        );
        (await api.PostAsync(widgets.Collection, widgets.Widget("w"))).ShouldBe(201);
        var recolored = (await api.MergeAsync(widgets.Path("w"), """{"spec":{"color":"Blue"}}""")).ShouldBe(422);
        recolored.Message.ShouldContain("spec.color: Invalid value: the color stays");
        var missing = await api.PostAsync(widgets.Collection, widgets.Widget("v").With(v => v.Remove("spec")));
        missing.ShouldBe(422).Message.ShouldContain("spec: Required value");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Status_and_spec_are_written_apart(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        var value = widgets.Widget("w").With(v => v["status"] = Json.Parse("""{"replicas":9}"""));
        var made = (await api.PostAsync(widgets.Collection, value)).ShouldBe(201);
        made.At("status").ShouldBeNull();
        made.At("metadata", "generation")!.GetValue<int>().ShouldBe(1);

        var status = await api.MergeAsync(
            $"{widgets.Path("w")}/status",
            """{"status":{"replicas":2},"spec":{"size":50},"metadata":{"labels":{"a":"b"}}}"""
        );
        status.ShouldBe(200).At("status", "replicas")!.GetValue<int>().ShouldBe(2);
        status.At("spec", "size")!.GetValue<int>().ShouldBe(5);
        status.At("metadata", "labels").ShouldBeNull();
        status.At("metadata", "generation")!.GetValue<int>().ShouldBe(1);

        var spec = await api.MergeAsync(widgets.Path("w"), """{"status":{"replicas":7},"spec":{"size":6}}""");
        spec.ShouldBe(200).At("status", "replicas")!.GetValue<int>().ShouldBe(2);
        spec.At("metadata", "generation")!.GetValue<int>().ShouldBe(2);

        var other = await api.MergeAsync(
            widgets.Path("w"),
            """{"metadata":{"uid":"11111111-1111-1111-1111-111111111111"}}"""
        );
        other.ShouldBe(422).Message.ShouldContain("metadata.uid: Invalid value");
        var foreign = spec.Body.With(v => v["metadata"]!["uid"] = "11111111-1111-1111-1111-111111111111");
        (await api.PutAsync(widgets.Path("w"), foreign))
            .ShouldBe(409)
            .Message.ShouldContain("Precondition failed: UID in precondition");
        var unversioned = await api.PutAsync(widgets.Path("w"), widgets.Widget("w"));
        unversioned.ShouldBe(422).Message.ShouldContain("metadata.resourceVersion: Invalid value: 0");
        unversioned.Message.ShouldContain("must be specified for an update");
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Scale_changes_replicas_alone(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        await api.PostAsync(widgets.Collection, widgets.Widget("w"));
        await api.MergeAsync($"{widgets.Path("w")}/status", """{"status":{"replicas":1,"selector":"a=b"}}""");
        var scale = (await api.GetAsync($"{widgets.Path("w")}/scale")).ShouldBe(200);
        scale.Text("kind").ShouldBe("Scale");
        scale.Text("apiVersion").ShouldBe("autoscaling/v1");
        scale.At("spec", "replicas")!.GetValue<int>().ShouldBe(1);
        scale.Text("status", "selector").ShouldBe("a=b");
        var scaled = await api.PutAsync($"{widgets.Path("w")}/scale", scale.Body.With(s => s["spec"]!["replicas"] = 4));
        scaled.ShouldBe(200).At("spec", "replicas")!.GetValue<int>().ShouldBe(4);
        var widget = await api.GetAsync(widgets.Path("w"));
        widget.At("spec", "replicas")!.GetValue<int>().ShouldBe(4);
        widget.At("spec", "size")!.GetValue<int>().ShouldBe(5);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task Instances_go_with_their_definition(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        await api.PostAsync(
            widgets.Collection,
            widgets
                .Widget("w")
                .With(v =>
                    v["metadata"]!["finalizers"] = Json.Parse("""{"a":["example.com/hold"]}""")["a"]!.DeepClone()
                )
        );
        var definition = $"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{widgets.DefinitionName}";
        (await api.DeleteAsync(definition)).ShouldBe(200);
        await api.UntilAsync(async () =>
            (await api.GetAsync(widgets.Path("w"))).At("metadata", "deletionTimestamp") is not null
        );
        (await api.GetAsync(definition)).ShouldBe(200).At("metadata", "deletionTimestamp").ShouldNotBeNull();
        (await api.PostAsync(widgets.Collection, widgets.Widget("v")))
            .ShouldBe(403)
            .Message.ShouldContain("create not allowed while custom resource definition is terminating");
        (await api.MergeAsync(widgets.Path("w"), """{"metadata":{"finalizers":null}}""")).ShouldBe(200);
        await api.UntilGoneAsync(definition);
        await api.UntilGoneAsync($"/apis/{widgets.ApiVersion}");
        (await api.GetAsync(widgets.Collection)).ShouldBe(404);
    }

    [Theory, MemberData(nameof(Servers))]
    public async Task The_schema_is_published(string server)
    {
        await using var api = await servers.OpenAsync(server);
        var widgets = await api.DefineWidgetsAsync();
        Assert.SkipWhen(api.IsReal && (await api.GetAsync("/openapi/v3")).Code == 404, "this server has no OpenAPI v3");
        await api.UntilAsync(async () =>
            (await api.GetAsync("/openapi/v3")).At("paths", $"apis/{widgets.ApiVersion}") is not null
        );
        var url = (await api.GetAsync("/openapi/v3")).Text("paths", $"apis/{widgets.ApiVersion}", "serverRelativeURL")!;
        var document = (await api.GetAsync(url)).ShouldBe(200);
        var patch = document.At(
            "paths",
            $"/apis/{widgets.ApiVersion}/namespaces/{{namespace}}/widgets/{{name}}",
            "patch"
        )!;
        patch["parameters"]!.AsArray().Select(p => p!["name"]?.GetValue<string>()).ShouldContain("fieldValidation");
        patch["x-kubernetes-group-version-kind"]!["kind"]!.GetValue<string>().ShouldBe("Widget");
        var schema = document
            .At("components", "schemas")!
            .AsObject()
            .Single(s => s.Key.EndsWith(".v1.Widget", StringComparison.Ordinal))
            .Value!;
        schema["properties"]!["spec"]!["description"]!.GetValue<string>().ShouldBe("What is wanted.");
    }
}
