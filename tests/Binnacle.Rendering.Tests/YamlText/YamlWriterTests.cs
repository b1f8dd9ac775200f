using System.Text.Json;
using System.Text.Json.Nodes;
using Binnacle.Rendering.Tests.Stacks;
using Binnacle.Rendering.Yaml;
using FsCheck;
using FsCheck.Fluent;
using Testing;

namespace Binnacle.Rendering.Tests.YamlText;

/// <summary>What is written is read back as it was, by another library and by Go's.</summary>
public sealed class YamlWriterTests
{
    private static readonly string[] Pieces =
    [
        "",
        " ",
        "  ",
        "\n",
        "\n\n",
        "\t",
        "\r",
        "\r\n",
        ": ",
        ":",
        "#",
        " #",
        "- ",
        "-",
        "? ",
        "---",
        "...",
        "yes",
        "n",
        "True",
        "null",
        "~",
        "1e3",
        "0x1f",
        "1_000",
        "1:30",
        "2024-01-01",
        ".inf",
        "-.5",
        "'",
        "\"",
        "\\",
        "\\n",
        "{",
        "}",
        "[",
        "]",
        ",",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "%",
        "@",
        "`",
        "ä",
        "日本",
        "😀",
        "\u0000",
        "\u0007",
        "\u001b",
        "\u007f",
        "\u0085",
        "\u00a0",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ufffe",
        "{{ $value }}",
        "$1",
        "word",
        "a/b",
        "_x",
        "<<",
        "=",
    ];

    private static readonly Gen<string> Text =
        from count in Gen.Choose(0, 5)
        from pieces in Gen.ArrayOf(Gen.Elements(Pieces), count)
        select string.Concat(pieces);

    [Fact]
    public void Any_value_comes_back()
    {
        foreach (var value in Value(3).Sample(2000))
        {
            var yaml = YamlWriter.Serialize(JsonSerializer.SerializeToElement(value));
            var read = YamlDocuments.Read(yaml).Single();
            JsonNode.DeepEquals(read, value).ShouldBeTrue($"{value?.ToJsonString() ?? "null"} became\n{yaml}");
        }
    }

    [Fact]
    public async Task Go_reads_the_same_text()
    {
        var promtool = RealProgram.Require("promtool");
        // promtool prints each annotation that a test expected and did not get, so an equal text prints nothing.
        var texts = Pieces.Concat(Text.Sample(300)).Distinct().Where(text => !text.Contains('{')).ToList();
        var annotations = new JsonObject(
            texts.Select((text, i) => KeyValuePair.Create($"t{i}", (JsonNode?)JsonValue.Create(text)))
        );
        using var folder = new TemporaryFolder();
        await folder.WriteAsync(
            "rules.yaml",
            Yaml(
                new JsonObject
                {
                    ["groups"] = new JsonArray(
                        new JsonObject
                        {
                            ["name"] = "g",
                            ["rules"] = new JsonArray(
                                new JsonObject
                                {
                                    ["alert"] = "A",
                                    ["expr"] = "vector(1)",
                                    ["annotations"] = annotations,
                                }
                            ),
                        }
                    ),
                }
            )
        );
        // Written in the plainest way there is, without any of our own writing.
        var expected = string.Join(",", texts.Select((text, i) => $"t{i}: {Escaped(text)}"));
        var test = await folder.WriteAsync(
            "test.yaml",
            $$"""
            rule_files: [rules.yaml]
            tests:
              - interval: 1m
                alert_rule_test:
                  - eval_time: 1m
                    alertname: A
                    exp_alerts: [{exp_annotations: { {{expected}} } }]

            """
        );
        (await RealProgram.RunAsync(promtool, "test", "rules", test)).ShouldContain("SUCCESS");
    }

    [Theory]
    [InlineData("a\nb", "text: |-\n  a\n  b\n")]
    [InlineData("a\n\nb\n", "text: |\n  a\n\n  b\n")]
    [InlineData(" a\nb", "text: \" a\\nb\"\n")]
    [InlineData("a\n\n", "text: \"a\\n\\n\"\n")]
    [InlineData("yes", "text: \"yes\"\n")]
    [InlineData("/etc/x.yml", "text: /etc/x.yml\n")]
    [InlineData("15s", "text: \"15s\"\n")]
    public void Writes_what_people_read_best(string text, string yaml) =>
        Yaml(new JsonObject { ["text"] = text }).ShouldBe(yaml);

    private static string Escaped(string text) =>
        $"\"{string.Concat(text.EnumerateRunes().Select(rune => $"\\U{rune.Value:X8}"))}\"";

    private static string Yaml(JsonNode value) => YamlWriter.Serialize(JsonSerializer.SerializeToElement(value));

    private static Gen<JsonNode?> Value(int depth)
    {
        var scalar = Gen.Frequency(
            (6, Text.Select(text => (JsonNode?)JsonValue.Create(text))),
            (1, Gen.Choose(-1000, 1000).Select(number => (JsonNode?)JsonValue.Create((long)number))),
            (1, Gen.Elements(true, false).Select(flag => (JsonNode?)JsonValue.Create(flag))),
            (1, Gen.Constant((JsonNode?)null))
        );
        if (depth == 0)
        {
            return scalar;
        }

        var inner = Value(depth - 1);
        var list =
            from count in Gen.Choose(0, 3)
            from items in Gen.ArrayOf(inner, count)
            select (JsonNode?)new JsonArray([.. items.Select(item => item?.DeepClone())]);
        var map =
            from count in Gen.Choose(0, 3)
            from names in Gen.ArrayOf(Text, count)
            from items in Gen.ArrayOf(inner, count)
            select (JsonNode?)
                new JsonObject(
                    names
                        .Zip(items)
                        .DistinctBy(pair => pair.First)
                        .Select(pair => KeyValuePair.Create(pair.First, pair.Second?.DeepClone()))
                );
        return Gen.Frequency((2, scalar), (2, list), (3, map));
    }
}
