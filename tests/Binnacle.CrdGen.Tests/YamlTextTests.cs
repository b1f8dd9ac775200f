using System.Text.Json.Nodes;
using Binnacle.CrdGen.Yaml;
using YamlDotNet.RepresentationModel;

namespace Binnacle.CrdGen.Tests;

public sealed class YamlTextTests
{
    public static TheoryData<string> KindNames => [.. Kinds.Names];

    [Theory]
    [MemberData(nameof(KindNames))]
    public void A_CRD_read_back_is_the_CRD_that_was_written(string kind) => ShouldReadBack(Kinds.Crd(kind));

    [Theory]
    [InlineData("true")]
    [InlineData("No")]
    [InlineData("1e3")]
    [InlineData("0x10")]
    [InlineData("2026-01-01")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData(" padded ")]
    [InlineData("a: b # c")]
    [InlineData("{{ $labels.job }}")]
    [InlineData("line\nline\n")]
    [InlineData("'quoted' \"twice\"")]
    [InlineData("- dash")]
    public void Text_stays_text(string text) => ShouldReadBack(new JsonObject { ["key"] = text });

    [Theory]
    [InlineData("true")]
    [InlineData("no")]
    [InlineData("12")]
    [InlineData(".5")]
    public void Text_that_looks_like_something_else_is_quoted(string text) =>
        YamlText.Of("x", new JsonObject { ["key"] = text }).ShouldContain($"key: '{text}'");

    [Fact]
    public void Numbers_and_booleans_are_not_quoted() =>
        YamlText.Of("x", new JsonObject { ["a"] = 1, ["b"] = true }).ShouldBe("# x\na: 1\nb: true\n");

    private static void ShouldReadBack(JsonNode document)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(YamlText.Of("comment", document)));
        ShouldBeSame(stream.Documents[0].RootNode, document);
    }

    private static void ShouldBeSame(YamlNode actual, JsonNode? expected)
    {
        switch (expected)
        {
            case JsonObject map:
                var mapping = actual.ShouldBeOfType<YamlMappingNode>();
                mapping
                    .Children.Keys.Select(key => ((YamlScalarNode)key).Value)
                    .ShouldBe(map.Select(entry => entry.Key));
                foreach (var (key, value) in map)
                {
                    ShouldBeSame(mapping.Children[new YamlScalarNode(key)], value);
                }
                break;
            case JsonArray list:
                var sequence = actual.ShouldBeOfType<YamlSequenceNode>();
                sequence.Children.Count.ShouldBe(list.Count);
                foreach (var (item, value) in sequence.Children.Zip(list))
                {
                    ShouldBeSame(item, value);
                }
                break;
            default:
                ((YamlScalarNode)actual).Value.ShouldBe(expected!.ToString());
                break;
        }
    }
}
