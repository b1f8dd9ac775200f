using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Tests.Patching;

public sealed class StrategicMergePatchTests
{
    private static readonly MergeSchema Pod = BuiltInMergeSchemas.For("", "v1", "Pod");
    private static readonly MergeSchema Deployment = BuiltInMergeSchemas.For("apps", "v1", "Deployment");

    [Theory]
    // Lists merge by key; what the patch names comes in its order, before what it did not stand behind.
    [InlineData(
        """{"spec":{"containers":[{"name":"a","image":"x"},{"name":"b"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"y"},{"name":"c"}]}}""",
        """{"spec":{"containers":[{"name":"a","image":"y"},{"name":"c"},{"name":"b"}]}}"""
    )]
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"containers":[{"$patch":"delete","name":"a"}]}}""",
        """{"spec":{"containers":[{"name":"b"}]}}"""
    )]
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"containers":[{"name":"c"},{"$patch":"replace"}]}}""",
        """{"spec":{"containers":[{"name":"c"}]}}"""
    )]
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}],"containers":[{"name":"a","image":"i"}]}}""",
        """{"spec":{"containers":[{"name":"b"},{"name":"a","image":"i"},{"name":"c"}]}}"""
    )]
    [InlineData(
        """{"spec":{"containers":[{"name":"a"},{"name":"b"}]}}""",
        """{"spec":{"$setElementOrder/containers":[{"name":"b"},{"name":"a"}]}}""",
        """{"spec":{"containers":[{"name":"b"},{"name":"a"}]}}"""
    )]
    // Atomic lists are replaced, unlisted fields are deduced.
    [InlineData(
        """{"spec":{"tolerations":[{"key":"a"}],"newList":[1],"newMap":{"a":1}}}""",
        """{"spec":{"tolerations":[{"key":"b"}],"newList":[2],"newMap":{"b":2}}}""",
        """{"spec":{"tolerations":[{"key":"b"}],"newList":[2],"newMap":{"a":1,"b":2}}}"""
    )]
    // Sets of scalars.
    [InlineData(
        """{"metadata":{"finalizers":["a","b"]}}""",
        """{"metadata":{"finalizers":["c","a"]}}""",
        """{"metadata":{"finalizers":["c","a","b"]}}"""
    )]
    [InlineData(
        """{"metadata":{"finalizers":["a","b"]}}""",
        """{"metadata":{"$deleteFromPrimitiveList/finalizers":["a"],"$setElementOrder/finalizers":["b"]}}""",
        """{"metadata":{"finalizers":["b"]}}"""
    )]
    // Objects.
    [InlineData(
        """{"metadata":{"labels":{"a":"1","b":"2"}}}""",
        """{"metadata":{"labels":{"a":null,"c":"3"}}}""",
        """{"metadata":{"labels":{"b":"2","c":"3"}}}"""
    )]
    [InlineData(
        """{"spec":{"nodeSelector":{"a":"1"}}}""",
        """{"spec":{"nodeSelector":{"$patch":"delete"}}}""",
        """{"spec":{"nodeSelector":{}}}"""
    )]
    [InlineData(
        """{"spec":{"nodeSelector":{"a":"1"}}}""",
        """{"spec":{"nodeSelector":{"$patch":"replace","b":"2"}}}""",
        """{"spec":{"nodeSelector":{"b":"2"}}}"""
    )]
    [InlineData(
        """{"spec":{"volumes":[{"name":"v","emptyDir":{}}]}}""",
        """{"spec":{"volumes":[{"$retainKeys":["name","configMap"],"name":"v","configMap":{"name":"c"}}]}}""",
        """{"spec":{"volumes":[{"name":"v","configMap":{"name":"c"}}]}}"""
    )]
    [InlineData(
        """{"spec":{"containers":[{"name":"a","ports":[{"containerPort":1,"name":"x"}],"env":[{"name":"E","value":"1"}],"volumeMounts":[{"mountPath":"/a","name":"v"}]}]}}""",
        """{"spec":{"containers":[{"name":"a","ports":[{"containerPort":1,"name":"y"}],"env":[{"name":"F","value":"2"}],"volumeMounts":[{"mountPath":"/a","readOnly":true}]}]}}""",
        """{"spec":{"containers":[{"name":"a","ports":[{"containerPort":1,"name":"y"}],"env":[{"name":"F","value":"2"},{"name":"E","value":"1"}],"volumeMounts":[{"mountPath":"/a","name":"v","readOnly":true}]}]}}"""
    )]
    public void Merges_a_pod(string target, string patch, string expected) => Check(Pod, target, patch, expected);

    [Fact]
    public void Retain_keys_switches_the_strategy() =>
        Check(
            Deployment,
            """{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}""",
            """{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}""",
            """{"spec":{"strategy":{"type":"Recreate"}}}"""
        );

    [Theory]
    [InlineData("""{"spec":{"containers":[{"image":"x"}]}}""", "does not contain declared merge key: name")]
    [InlineData("""{"spec":{"$patch":"what"}}""", "unknown patch type")]
    [InlineData("""{"spec":{"containers":["x"]}}""", "merged by name")]
    [InlineData("""{"spec":{"$retainKeys":["a"],"b":1}}""", "b is patched but not retained")]
    [InlineData(
        """{"spec":{"$setElementOrder/containers":[{"name":"b"}],"containers":[{"name":"a"}]}}""",
        "doesn't match $setElementOrder/containers"
    )]
    [InlineData("""{"spec":{"$deleteFromPrimitiveList/x":1}}""", "$deleteFromPrimitiveList/x must be a list")]
    public void Refuses_bad_directives(string patch, string message)
    {
        var target = JsonNode.Parse("""{"spec":{"containers":[{"name":"a"}]}}""")!.AsObject();
        var error = Should.Throw<PatchException>(() =>
            StrategicMergePatch.Apply(target, JsonNode.Parse(patch)!.AsObject(), Pod)
        );
        error.Message.ShouldContain(message);
    }

    private static void Check(MergeSchema schema, string target, string patch, string expected)
    {
        var result = StrategicMergePatch.Apply(
            JsonNode.Parse(target)!.AsObject(),
            JsonNode.Parse(patch)!.AsObject(),
            schema
        );
        JsonNode.DeepEquals(result, JsonNode.Parse(expected)).ShouldBeTrue(result.ToJsonString());
    }
}
