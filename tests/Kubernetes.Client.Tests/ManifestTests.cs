using System.Text;
using System.Text.Json;
using Kubernetes.Models;

namespace Kubernetes.Client.Tests;

public sealed class ManifestTests
{
    [Theory]
    [InlineData("[1]", "line 1: expected a Kubernetes object, got a list")]
    [InlineData("---\n\nkind: X\nmetadata: {name: a}", "line 3: apiVersion is missing")]
    [InlineData("apiVersion: v1\nkind: 3\nmetadata: {name: a}", "kind must be a non-empty string, it is a number")]
    [InlineData("apiVersion: v1\nkind: X\nmetadata: {namespace: a}", "metadata.name of the X is missing")]
    [InlineData(
        "apiVersion: v1\nkind: X\nmetadata: {name: a, labels: {b: true}}",
        "metadata.labels.b has a wrong type"
    )]
    [InlineData("apiVersion: v1\nkind: List", "a List must have items")]
    public void A_manifest_that_is_none_says_where_and_why(string yaml, string expected) =>
        Should.Throw<ManifestException>(() => Manifests.Parse(yaml, "x.yaml")).Message.ShouldContain(expected);

    [Fact]
    public void A_dynamic_object_keeps_all_that_it_was_made_of()
    {
        const string Json =
            """{"apiVersion":"v1","kind":"X","metadata":{"name":"a","labels":{"l":"v"},"finalizers":["f"],"new":{"x":1}},"spec":{"a":[1,null]},"other":"é"}""";
        var value = DynamicObject.FromJson(JsonElement.Parse(Json));

        Encoding.UTF8.GetString(value.ToUtf8Json()).ShouldBe(Json);
        var renamed = value with { Metadata = value.Metadata with { Name = "b" } };
        renamed.Key.ShouldBe(new ObjectKey("", "b"));
        var read = renamed.ReadSameKind(renamed.ToUtf8Json()).ShouldBeOfType<DynamicObject>();
        read.ToUtf8Json().ShouldBe(renamed.ToUtf8Json());
        Should.Throw<InvalidOperationException>(() => value.GetResourceType());
    }
}
