using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Tests.Patching;

public sealed class JsonPatchTests
{
    [Theory]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/b","value":2}]""", """{"a":1,"b":2}""")]
    [InlineData("""{"a":[1,3]}""", """[{"op":"add","path":"/a/1","value":2}]""", """{"a":[1,2,3]}""")]
    [InlineData("""{"a":[1]}""", """[{"op":"add","path":"/a/-","value":2}]""", """{"a":[1,2]}""")]
    [InlineData("""{"a":1}""", """[{"op":"add","path":"/a","value":null}]""", """{"a":null}""")]
    [InlineData("""{"a":{"b":1},"c":2}""", """[{"op":"remove","path":"/a/b"}]""", """{"a":{},"c":2}""")]
    [InlineData("""{"a":[1,2,3]}""", """[{"op":"remove","path":"/a/1"}]""", """{"a":[1,3]}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"/a","value":{"x":1}}]""", """{"a":{"x":1}}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"move","from":"/a/b","path":"/c"}]""", """{"a":{},"c":1}""")]
    [InlineData("""{"a":{"b":1}}""", """[{"op":"copy","from":"/a","path":"/c"}]""", """{"a":{"b":1},"c":{"b":1}}""")]
    [InlineData(
        """{"a/b":1,"m~n":2}""",
        """[{"op":"replace","path":"/a~1b","value":3},{"op":"remove","path":"/m~0n"}]""",
        """{"a/b":3}"""
    )]
    [InlineData("""{"a":1.0}""", """[{"op":"test","path":"/a","value":1}]""", """{"a":1.0}""")]
    [InlineData("""{"a":1}""", """[{"op":"test","path":"/b","value":null}]""", """{"a":1}""")]
    [InlineData("""{"a":1}""", """[{"op":"replace","path":"","value":{"z":1}}]""", """{"z":1}""")]
    public void Applies(string target, string patch, string expected)
    {
        var before = JsonNode.Parse(target)!;
        var result = JsonPatch.Apply(before, JsonNode.Parse(patch)!.AsArray());
        JsonNode.DeepEquals(result, JsonNode.Parse(expected)).ShouldBeTrue(result?.ToJsonString());
        before.ToJsonString().ShouldBe(JsonNode.Parse(target)!.ToJsonString());
    }

    [Theory]
    [InlineData("""[{"op":"test","path":"/a","value":7}]""", "testing value /a failed: test failed")]
    [InlineData("""[{"op":"remove","path":"/n"}]""", "Unable to remove nonexistent key: n: missing value")]
    [InlineData(
        """[{"op":"replace","path":"/n","value":1}]""",
        "replace operation does not apply: doc is missing key: /n: missing value"
    )]
    [InlineData(
        """[{"op":"add","path":"/x/y","value":1}]""",
        "add operation does not apply: doc is missing path: \"/x/y\": missing value"
    )]
    [InlineData("""[{"op":"add","path":"/l/9","value":1}]""", "Unable to access invalid index: 9")]
    [InlineData("""[{"op":"move","from":"/q","path":"/a"}]""", "Unable to remove nonexistent key: q")]
    [InlineData(
        """[{"op":"copy","from":"/q","path":"/a"}]""",
        "copy operation does not apply: doc is missing from path: /q"
    )]
    [InlineData("""[{"op":"add","path":"a","value":1}]""", "add operation does not apply: doc is missing path: \"a\"")]
    public void Refuses_what_does_not_fit(string patch, string message)
    {
        var target = JsonNode.Parse("""{"a":1,"l":[1]}""")!;
        var error = Should.Throw<PatchException>(() => JsonPatch.Apply(target, JsonNode.Parse(patch)!.AsArray()));
        error.Failure.ShouldBe(PatchFailure.Inapplicable);
        error.Message.ShouldContain(message);
    }

    // Messages as Kubernetes 1.36 answers them.
    [Theory]
    [InlineData(
        """[{"op":"foo","path":"/spec/set/9","value":"q"}]""",
        """invalid operation {"op":"foo","path":"/spec/set/9","value":"q"}: unsupported operation"""
    )]
    [InlineData(
        """[{"op":"add","value":1}]""",
        """invalid operation {"op":"add","value":1}: failed to decode 'path': operation missing path field: missing value"""
    )]
    public void Refuses_malformed_operations_before_applying_any(string patch, string message)
    {
        var error = Should.Throw<PatchException>(() =>
            JsonPatch.Apply(new JsonObject(), JsonNode.Parse(patch)!.AsArray())
        );
        error.Failure.ShouldBe(PatchFailure.Malformed);
        error.Message.ShouldBe(message);
    }
}
