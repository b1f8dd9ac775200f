using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Kubernetes.Client.Tests;

public sealed class ApplyIntentTests
{
    [Theory]
    [InlineData(
        """{"kind":"A","status":{"x":1},"spec":{"status":"kept"}}""",
        """{"kind":"A","spec":{"status":"kept"}}"""
    )]
    [InlineData(
        """{"metadata":{"name":"a","uid":"1","resourceVersion":"2","generation":3,"creationTimestamp":"t","managedFields":[{"a":{}}],"labels":{"uid":"kept"}}}""",
        """{"metadata":{"name":"a","labels":{"uid":"kept"}}}"""
    )]
    [InlineData(
        """{"spec":{"metadata":{"uid":"kept"}},"uid":"kept"}""",
        """{"spec":{"metadata":{"uid":"kept"}},"uid":"kept"}"""
    )]
    [InlineData(
        """{"metadata":{"name":"a"},"spec":{"uid":"kept"}}""",
        """{"metadata":{"name":"a"},"spec":{"uid":"kept"}}"""
    )]
    [InlineData("""{"a":null,"b":{"c":null},"d":[null,{"e":null}]}""", """{"b":{},"d":[null,{}]}""")]
    [InlineData(
        """{"n":[1,-2.50,1e3,true,false,"a\"\\\n<é\u20ac>"]}""",
        """{"n":[1,-2.50,1e3,true,false,"a\"\\\n<é€>"]}"""
    )]
    [InlineData("""{"a\"b":{"\u00e9":1}}""", """{"a\"b":{"é":1}}""")]
    [InlineData("{}", "{}")]
    public void Leaves_out_what_must_not_be_sent(string json, string expected) => Strip(json).ShouldBe(expected);

    [Fact]
    public void Keeps_the_status_where_the_status_is_what_is_wanted() =>
        Encoding
            .UTF8.GetString(ApplyIntent.From("""{"status":{"x":1,"y":null}}"""u8, keepStatus: true).Span)
            .ShouldBe("""{"status":{"x":1}}""");

    [Fact]
    public void Names_the_object_that_is_meant_in_its_metadata_alone() =>
        Encoding
            .UTF8.GetString(
                ApplyIntent
                    .From(
                        """{"metadata":{"uid":"old","labels":{"a":"b"}},"spec":{"metadata":{}}}"""u8,
                        keepStatus: false,
                        "the-one"
                    )
                    .Span
            )
            .ShouldBe("""{"metadata":{"labels":{"a":"b"},"uid":"the-one"},"spec":{"metadata":{}}}""");

    [Fact]
    public void Leaves_everything_else_as_it_is()
    {
        var texts = ArbMap.Default.GeneratorFor<string>().Select(value => value ?? "");
        var objects = Gen.ArrayOf(Gen.Zip(texts, texts))
            .Select(pairs => new JsonObject(
                pairs
                    .DistinctBy(pair => pair.Item1)
                    .Select(pair => KeyValuePair.Create(pair.Item1, (JsonNode?)pair.Item2))
            ));
        Prop.ForAll(
                Arb.From(objects),
                spec =>
                {
                    var json = new JsonObject { ["spec"] = spec.DeepClone() };
                    JsonNode.DeepEquals(JsonNode.Parse(Strip(json.ToJsonString())), json).ShouldBeTrue();
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static string Strip(string json) =>
        Encoding.UTF8.GetString(ApplyIntent.From(Encoding.UTF8.GetBytes(json), keepStatus: false).Span);
}
