using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Tests.Patching;

public sealed class ServerSideApplyTests
{
    private static readonly MergeSchema Deployment = BuiltInMergeSchemas.For("apps", "v1", "Deployment");
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private const string Base = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"default","labels":{"a":"1"}},
         "spec":{"replicas":1,"selector":{"matchLabels":{"app":"d"}},
          "template":{"metadata":{"labels":{"app":"d"}},"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}]}]}}}}
        """;

    [Fact]
    public void Create_owns_what_was_stated()
    {
        var created = Merge(null, Base, "m1");
        var entry = created["metadata"]!["managedFields"]!.AsArray().ShouldHaveSingleItem()!;
        entry["time"]!.GetValue<string>().ShouldBe("2026-01-02T03:04:05Z");
        entry["fieldsV1"]!
            .ToJsonString()
            .Replace("\\u0022", "'", StringComparison.Ordinal)
            .ShouldBe(
                """
                {"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:app":{}}},"f:spec":{"f:containers":{"k:{'name':'c'}":{".":{},"f:image":{},"f:name":{},"f:ports":{"k:{'containerPort':80,'protocol':'TCP'}":{".":{},"f:containerPort":{}}}}}}}}}
                """.Trim()
            );
    }

    [Fact]
    public void The_same_apply_again_changes_nothing()
    {
        var created = Merge(null, Base, "m1");
        var again = ServerSideApply.Apply(
            created,
            Parse(Base),
            "m1",
            false,
            Deployment,
            "apps/v1",
            null,
            Now.AddHours(1)
        );
        var merged = again.ShouldBeOfType<ApplyResult.Merged>();
        merged.Changed.ShouldBeFalse();
        merged.Object.ShouldBeSameAs(created);
    }

    [Fact]
    public void A_conflict_names_the_field_and_its_owner()
    {
        var created = ManagedFields.Update(
            null,
            Parse(Base),
            "kubectl-client-side-apply",
            "apps/v1",
            null,
            Deployment,
            Now
        );
        var intent = """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":3}}""";
        var conflict = ServerSideApply
            .Apply(created, Parse(intent), "m2", false, Deployment, "apps/v1", null, Now)
            .ShouldBeOfType<ApplyResult.Conflicting>();
        conflict.Message.ShouldBe(
            "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using apps/v1: .spec.replicas"
        );
        conflict.Conflicts.ShouldHaveSingleItem().Field.ShouldBe(".spec.replicas");

        var forced = Merge(created, intent, "m2", force: true);
        forced["spec"]!["replicas"]!.GetValue<int>().ShouldBe(3);
        Merge(forced, intent.Replace("3", "4", StringComparison.Ordinal), "m2")["spec"]!["replicas"]!
            .GetValue<int>()
            .ShouldBe(4);
    }

    [Fact]
    public void A_field_no_longer_stated_goes_unless_someone_else_owns_it()
    {
        var one = Merge(null, Base, "m1");
        var two = Merge(
            one,
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","labels":{"a":"1"}},"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i"},{"name":"d","image":"j"}]}}}}""",
            "m2"
        );
        var three = Merge(
            two,
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":1}}""",
            "m1"
        );
        three["metadata"]!["labels"]!.ToJsonString().ShouldBe("""{"a":"1"}""");
        three["spec"]!
            .ToJsonString()
            .ShouldBe(
                """{"replicas":1,"template":{"spec":{"containers":[{"name":"c","image":"i"},{"name":"d","image":"j"}]}}}"""
            );
        var four = Merge(three, """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"}}""", "m2");
        four["spec"]!.ToJsonString().ShouldBe("""{"replicas":1}""");
        four["metadata"]!.AsObject().ContainsKey("labels").ShouldBeFalse();
    }

    [Fact]
    public void Kubectl_takes_over_what_its_client_side_apply_stated()
    {
        var live = Parse(Base);
        live["metadata"]!["annotations"] = new JsonObject
        {
            ["kubectl.kubernetes.io/last-applied-configuration"] = Parse(Base).ToJsonString(),
        };
        live = ManagedFields.Update(null, live, "kubectl-client-side-apply", "apps/v1", null, Deployment, Now);
        var merged = Merge(live, Base.Replace("\"replicas\":1", "\"replicas\":5", StringComparison.Ordinal), "kubectl");
        merged["spec"]!["replicas"]!.GetValue<int>().ShouldBe(5);
        merged["metadata"]!["annotations"]!["kubectl.kubernetes.io/last-applied-configuration"]!
            .GetValue<string>()
            .ShouldContain("\"replicas\":5");
    }

    [Fact]
    public void Status_writes_own_status_alone()
    {
        var created = Merge(null, Base, "m1");
        var updated = created.DeepClone().AsObject();
        updated["status"] = new JsonObject
        {
            ["replicas"] = 1,
            ["conditions"] = new JsonArray(new JsonObject { ["type"] = "Available", ["status"] = "True" }),
        };
        updated["spec"]!["replicas"] = 9;
        ManagedFields.Update(created, updated, "kcm", "apps/v1", "status", Deployment, Now);
        var entry = updated["metadata"]!["managedFields"]!.AsArray()[1]!;
        entry["subresource"]!.GetValue<string>().ShouldBe("status");
        entry["fieldsV1"]!
            .ToJsonString()
            .Replace("\\u0022", "'", StringComparison.Ordinal)
            .ShouldBe(
                """{"f:status":{".":{},"f:conditions":{".":{},"k:{'type':'Available'}":{".":{},"f:status":{},"f:type":{}}},"f:replicas":{}}}"""
            );
    }

    [Fact]
    public void A_misfit_names_the_field()
    {
        ServerSideApply
            .Apply(
                null,
                Parse(
                    """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","namespace":"x"},"spec":{"foo":1}}"""
                ),
                "m",
                false,
                Deployment,
                "apps/v1",
                null,
                Now
            )
            .ShouldBeOfType<ApplyResult.Misfit>()
            .Message.ShouldBe(
                "failed to create typed patch object (x/d; apps/v1, Kind=Deployment): .spec.foo: field not declared in schema"
            );
    }

    [Fact]
    public void A_list_in_a_field_without_a_declared_shape_takes_objects()
    {
        // The items of an array in a CRD's schema are such a field: a schema, or a list of schemas.
        var kind = BuiltInMergeSchemas.For("apiextensions.k8s.io", "v1", "CustomResourceDefinition");
        var intent = Parse(
            """
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"x"},
             "spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"type":"object","properties":{"list":{"type":"array",
              "items":{"type":"string","x-kubernetes-validations":[{"rule":"self != ''","message":"m"}]}}}}}}]}}
            """
        );
        ServerSideApply
            .Apply(null, intent, "m", false, kind, "apiextensions.k8s.io/v1", null, Now)
            .ShouldBeOfType<ApplyResult.Merged>();
    }

    [Fact]
    public void Managers_of_updates_are_capped()
    {
        JsonObject? live = null;
        for (var i = 0; i < 14; i++)
        {
            var next = live?.DeepClone().AsObject() ?? Parse(Base);
            next["metadata"]!["labels"]![$"l{i}"] = "x";
            live = ManagedFields.Update(live, next, $"m{i:00}", "apps/v1", null, Deployment, Now.AddMinutes(i));
        }
        var names = live!["metadata"]!["managedFields"]!
            .AsArray()
            .Select(e => e!["manager"]!.GetValue<string>())
            .ToList();
        names.Count.ShouldBe(10);
        names[0].ShouldBe("ancient-changes");
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static JsonObject Merge(JsonObject? live, string intent, string manager, bool force = false) =>
        ServerSideApply
            .Apply(live, Parse(intent), manager, force, Deployment, "apps/v1", null, Now)
            .ShouldBeOfType<ApplyResult.Merged>()
            .Object;
}
