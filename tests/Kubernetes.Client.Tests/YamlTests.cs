using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Kubernetes.Client.Tests;

public sealed class YamlTests
{
    [Theory]
    [InlineData("", "null")]
    [InlineData("~", "null")]
    [InlineData("null", "null")]
    [InlineData("true", "true")]
    [InlineData("False", "false")]
    [InlineData("yes", "\"yes\"")]
    [InlineData("no", "\"no\"")]
    [InlineData("on", "\"on\"")]
    [InlineData("tRUE", "\"tRUE\"")]
    [InlineData("\"true\"", "\"true\"")]
    [InlineData("'null'", "\"null\"")]
    [InlineData("\"12\"", "\"12\"")]
    [InlineData("12", "12")]
    [InlineData("+12", "12")]
    [InlineData("-0", "-0")]
    [InlineData("0", "0")]
    [InlineData("0644", "420")]
    [InlineData("0o644", "420")]
    [InlineData("0x1F", "31")]
    [InlineData("-0x10", "-16")]
    [InlineData("089", "89")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData("12:30", "\"12:30\"")]
    [InlineData("1.5", "1.5")]
    [InlineData("1.", "1")]
    [InlineData(".5", "0.5")]
    [InlineData("-.5e-3", "-0.5e-3")]
    [InlineData("1e3", "1e3")]
    [InlineData(".", "\".\"")]
    [InlineData("-", "[null]")]
    [InlineData("1.2.3", "\"1.2.3\"")]
    [InlineData("123456789012345678901234567890", "123456789012345678901234567890")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    [InlineData("100Mi", "\"100Mi\"")]
    [InlineData("!!str 12", "\"12\"")]
    [InlineData("!!int 12", "12")]
    [InlineData("|\n  12\n", "\"12\\n\"")]
    [InlineData(">-\n  a\n  b", "\"a b\"")]
    [InlineData("{a: [1, b], \"c\": null}", "{\"a\":[1,\"b\"],\"c\":null}")]
    [InlineData("12: x", "{\"12\":\"x\"}")]
    [InlineData(
        "{base: &b {x: 1, y: 2}, more: {<<: *b, y: 3}}",
        "{\"base\":{\"x\":1,\"y\":2},\"more\":{\"y\":3,\"x\":1}}"
    )]
    [InlineData("\"\\ud83d\\ude00 \\/ \\u00e9 \\t\"", "\"\\uD83D\\uDE00 / \\u00E9 \\t\"")]
    [InlineData("a: &x [1]\nb: *x", "{\"a\":[1],\"b\":[1]}")]
    public void A_text_has_one_meaning(string yaml, string json) => Read(yaml).ShouldBe(json);

    [Theory]
    [InlineData(".inf", "line 1: .inf has no JSON form")]
    [InlineData("a: 1\nb: .NaN", "line 2: .NaN has no JSON form")]
    [InlineData("a: 1\na: 2", "line 2")]
    [InlineData("a: [", "line 2")]
    [InlineData("a: *nobody", "line 1")]
    [InlineData("? [a]\n: b", "line 1: a key must be a string")]
    [InlineData("a: 1\n---\nb: 2", "line 3: a second document starts here")]
    [InlineData("a: 1\nb:\n\t- c", "invalid tab as indentation")]
    [InlineData("a: {<<: [1]}", "'<<' takes a mapping")]
    [InlineData("&a [*a]", "line 1")]
    public void What_has_no_meaning_is_refused_with_its_place(string yaml, string expected)
    {
        var e = Should.Throw<ManifestException>(() => YamlReader.Read(yaml, "file.yaml"));
        e.Message.ShouldStartWith("file.yaml, line ");
        e.Message.ShouldContain(expected);
    }

    [Fact]
    public void Aliases_cannot_fill_the_memory()
    {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (var i = 1; i < 12; i++)
        {
            bomb.Append($"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");
        }
        Should.Throw<ManifestException>(() => YamlReader.Read(bomb.ToString())).Message.ShouldContain("nodes");
    }

    [Fact]
    public void Json_is_yaml()
    {
        var text = ArbMap.Default.GeneratorFor<string>().Select(value => Sanitize(value ?? ""));
        Prop.ForAll(
                Arb.From(Json(text, 3)),
                json =>
                {
                    foreach (var indented in (bool[])[false, true])
                    {
                        var options = new JsonSerializerOptions { WriteIndented = indented };
                        JsonNode.DeepEquals(JsonNode.Parse(Read(json!.ToJsonString(options))), json).ShouldBeTrue();
                    }
                }
            )
            .QuickCheckThrowOnFailure();
    }

    private static Gen<JsonNode?> Json(Gen<string> text, int depth)
    {
        var scalar = Gen.OneOf(
            text.Select(value => (JsonNode?)JsonValue.Create(value)),
            Gen.Choose(-100_000, 100_000).Select(value => (JsonNode?)JsonValue.Create(value)),
            Gen.Elements<JsonNode?>(true, false)
        );
        var leaf = scalar.Select(value => value?.DeepClone());
        if (depth == 0)
        {
            return leaf;
        }
        var inner = Json(text, depth - 1);
        return Gen.OneOf(
            leaf,
            Gen.ArrayOf(inner).Select(items => (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())])),
            Gen.ArrayOf(Gen.Zip(text, inner))
                .Select(pairs =>
                    (JsonNode?)
                        new JsonObject(
                            pairs
                                .DistinctBy(pair => pair.Item1)
                                .Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2?.DeepClone()))
                        )
                )
        );
    }

    /// <summary>Lone surrogates are no text.</summary>
    private static string Sanitize(string text) => string.Concat(text.EnumerateRunes().Select(rune => rune.ToString()));

    private static string Read(string yaml) => JsonSerializer.Serialize(YamlReader.Read(yaml));
}
