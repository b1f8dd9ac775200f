using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.Tests.Patching;

/// <summary>What holds of patches and applies whatever the objects are.</summary>
public sealed class PatchingPropertyTests
{
    private static readonly MergeSchema Schema = CrdMergeSchema.Of(
        StructuralSchema
            .Parse(
                JsonNode
                    .Parse(
                        """
                        {"type":"object","properties":{"spec":{"type":"object","properties":{
                          "n":{"type":"integer"},"s":{"type":"string"},
                          "set":{"type":"array","x-kubernetes-list-type":"set","items":{"type":"string"}},
                          "items":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"],
                            "items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"},"a":{"type":"integer"},"b":{"type":"integer"}}}},
                          "map":{"type":"object","additionalProperties":{"type":"string"}},
                          "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}}}
                        """
                    )!
                    .AsObject()
            )
            .Schema!
    );

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public void Applying_the_same_again_changes_nothing() =>
        Holds(
            from first in Specs()
            from second in Specs()
            select (first, second),
            input =>
            {
                var live = Applied(Applied(null, input.first, "a"), input.second, "b");
                return ServerSideApply.Apply(
                        live,
                        Resource(input.second),
                        "b",
                        true,
                        Schema,
                        "t/v1",
                        null,
                        Now.AddHours(1)
                    )
                        is ApplyResult.Merged { Changed: false } again
                    && ReferenceEquals(again.Object, live);
            }
        );

    [Fact]
    public void What_was_applied_is_there() =>
        Holds(
            from first in Specs()
            from second in Specs()
            select (first, second),
            input =>
            {
                var live = Applied(Applied(null, input.first, "a"), input.second, "b");
                var again = ObjectMerge.Merge(
                    Schema,
                    Slot.Of(OwnershipRules.WithoutManagedFields(live)),
                    Slot.Of(Resource(input.second))
                );
                return JsonValues.Equal(again.Node, OwnershipRules.WithoutManagedFields(live));
            }
        );

    [Fact]
    public void Managers_of_different_fields_do_not_mind_the_order() =>
        Holds(
            from first in Specs()
            from second in Specs()
            select (first, second),
            input =>
            {
                var (left, right) = (Only(input.first, "n", "items"), Only(input.second, "s", "set", "map", "free"));
                var one = Applied(Applied(null, left, "a"), right, "b");
                var other = Applied(Applied(null, right, "b"), left, "a");
                // Whoever changed nothing by applying has no time.
                return JsonValues.Equal(WithoutTimes(one), WithoutTimes(other));
            }
        );

    [Fact]
    public void Taking_everything_back_leaves_nothing() =>
        Holds(
            Specs(),
            spec =>
            {
                var emptied = Applied(Applied(null, spec, "a"), spec: null, "a");
                return JsonValues.Equal(emptied, Resource(null));
            }
        );

    [Fact]
    public void Owned_fields_survive_their_json() =>
        Holds(
            Specs(),
            spec =>
            {
                var fields = ObjectFields.Of(Schema, Resource(spec));
                return FieldSet.FromJson(JsonNode.Parse(fields.ToJson().ToJsonString())!.AsObject()).SameAs(fields);
            }
        );

    [Fact]
    public void A_merge_patch_made_of_a_difference_makes_the_one_of_the_other() =>
        Holds(
            from first in Specs()
            from second in Specs()
            select (first, second),
            input =>
                JsonValues.Equal(MergePatch.Apply(input.first, Difference(input.first, input.second)), input.second)
        );

    [Fact]
    public void An_empty_strategic_patch_changes_nothing() =>
        Holds(Specs(), spec => JsonValues.Equal(StrategicMergePatch.Apply(Resource(spec), [], Schema), Resource(spec)));

    private static void Holds<T>(Gen<T> inputs, Func<T, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(inputs.ToArbitrary(), property));

    private static Gen<JsonObject> Specs() =>
        from n in Optional(from i in Gen.Choose(0, 3) select (JsonNode)i)
        from s in Optional(from i in Gen.Choose(0, 3) select (JsonNode)$"s{i}")
        from set in Optional(from names in Names() select (JsonNode)new JsonArray([.. names.Select(x => (JsonNode)x)]))
        from items in Optional(Items())
        from map in Optional(Maps())
        from free in Optional(
            from inner in Maps()
            select (JsonNode)new JsonObject { ["x"] = inner, ["l"] = new JsonArray(1) }
        )
        select Object(("n", n), ("s", s), ("set", set), ("items", items), ("map", map), ("free", free));

    private static Gen<JsonNode?> Optional(Gen<JsonNode> value) =>
        Gen.OneOf(Gen.Constant<JsonNode?>(null), from v in value select (JsonNode?)v);

    private static Gen<string[]> Names() =>
        from shuffled in Gen.Shuffle((string[])["p", "q", "r", "t"])
        from count in Gen.Choose(1, 4)
        select shuffled.Take(count).ToArray();

    private static Gen<JsonNode> Items() =>
        from names in Names()
        from values in Gen.ArrayOf(Gen.Choose(0, 5), names.Length)
        select (JsonNode)
            new JsonArray([
                .. names.Zip(
                    values,
                    (name, value) =>
                    {
                        var item = new JsonObject { ["k"] = name };
                        if (value > 0)
                        {
                            item[value % 2 == 0 ? "a" : "b"] = value;
                        }
                        return (JsonNode)item;
                    }
                ),
            ]);

    private static Gen<JsonNode> Maps() =>
        from names in Names()
        from value in Gen.Choose(0, 2)
        select (JsonNode)Object([.. names.Select(n => (n, (JsonNode?)$"v{value}"))]);

    private static JsonObject Object(params (string Name, JsonNode? Value)[] fields)
    {
        var result = new JsonObject();
        foreach (var (name, value) in fields)
        {
            if (value is not null)
            {
                result[name] = value.DeepClone();
            }
        }
        return result;
    }

    private static JsonObject Only(JsonObject spec, params string[] names) =>
        Object([.. names.Select(n => (n, spec[n]))]);

    private static JsonObject Resource(JsonObject? spec) =>
        Object(("apiVersion", "t/v1"), ("kind", "T"), ("metadata", new JsonObject { ["name"] = "x" }), ("spec", spec));

    private static JsonObject Applied(JsonObject? live, JsonObject? spec, string manager) =>
        (
            (ApplyResult.Merged)ServerSideApply.Apply(live, Resource(spec), manager, true, Schema, "t/v1", null, Now)
        ).Object;

    private static JsonObject WithoutTimes(JsonObject live)
    {
        var entries = live["metadata"]!["managedFields"]!.AsArray().Select(e => e!.DeepClone().AsObject()).ToList();
        entries.ForEach(e => e.Remove("time"));
        var copy = live.DeepClone().AsObject();
        copy["metadata"]!["managedFields"] = new JsonArray([
            .. entries.OrderBy(e => e["manager"]!.GetValue<string>(), StringComparer.Ordinal),
        ]);
        return copy;
    }

    private static JsonObject Difference(JsonObject from, JsonObject to)
    {
        var patch = new JsonObject();
        foreach (var name in from.Select(p => p.Key).Union(to.Select(p => p.Key)))
        {
            if (!to.ContainsKey(name))
            {
                patch[name] = null;
            }
            else if (from[name] is JsonObject old && to[name] is JsonObject now)
            {
                patch[name] = Difference(old, now);
            }
            else if (!JsonValues.Equal(from[name], to[name]))
            {
                patch[name] = to[name]!.DeepClone();
            }
        }
        return patch;
    }
}
