using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using LocalCluster.Cel;
using LocalCluster.Schema;

namespace LocalCluster.Tests.Cel;

/// <summary>Expressions cannot break or stall the server.</summary>
public sealed class CelLimitsTests
{
    [Fact]
    public void Any_text_is_parsed_or_refused()
    {
        string[] parts =
        [
            "self",
            ".",
            "a",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "?",
            ":",
            ",",
            "1",
            "'x'",
            "&&",
            "!",
            "-",
            "+",
            "in",
            "has",
            ".all(",
            "x,",
            "\"",
            "\\",
            " ",
            "é",
            "0x",
            "1e",
            "b'",
            "r'",
        ];
        var texts = from chosen in Gen.ArrayOf(Gen.Elements(parts)) select string.Concat(chosen);
        var variables = new Dictionary<string, CelType>(StringComparer.Ordinal) { ["self"] = CelType.Dyn };
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(3000),
            Prop.ForAll(
                texts.ToArbitrary(),
                text =>
                {
                    try
                    {
                        CelChecker.Check(CelParser.Parse(text), variables, out _);
                    }
                    catch (CelSyntaxException e)
                    {
                        e.Describe(text).ShouldStartWith("ERROR: <input>:");
                    }
                }
            )
        );
    }

    [Fact]
    public void Deep_nesting_is_refused() =>
        Should
            .Throw<CelSyntaxException>(() => CelParser.Parse(new string('(', 20_000) + "1" + new string(')', 20_000)))
            .Message.ShouldContain("recursion limit");

    [Fact]
    public void A_rule_that_costs_too_much_is_stopped()
    {
        var schema = Parse(
            "self.all(a, self.all(b, self.all(c, a + b + c != 'zzz')))",
            """{"type":"array","items":{"type":"string"}}"""
        );
        var value = Resource(new JsonArray([.. Enumerable.Range(0, 300).Select(i => (JsonNode)$"{i}")]));
        var error = schema.Validate(value).ShouldHaveSingleItem();
        error.Message.ShouldStartWith(
            "Invalid value: \"array\": 'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule:"
        );
    }

    [Fact]
    public void All_rules_of_an_object_share_a_budget()
    {
        var schema = Parse(
            "self.all(a, self.all(b, a + b != 'zzz'))",
            """{"type":"array","items":{"type":"string"}}""",
            repeat: 40
        );
        var value = Resource(new JsonArray([.. Enumerable.Range(0, 300).Select(i => (JsonNode)$"{i}")]));
        schema
            .Validate(value)
            .ShouldHaveSingleItem()
            .Message.ShouldBe(
                "Invalid value: \"array\": validation failed due to running out of cost budget, no further validation rules will be run"
            );
    }

    [Theory]
    [InlineData("^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", false)]
    [InlineData(@"^[[:alpha:]_]+\d$", "ab_1", true)]
    [InlineData(@"a$", "a\n", false)]
    [InlineData(@"^\Qa.b\E$", "a.b", true)]
    [InlineData(@"(?i)^ABC$", "abc", true)]
    [InlineData(@"^[a-z-[x]+$", "a[-x", true)]
    [InlineData(@"^\pL+$", "é", true)]
    public void Patterns_are_those_of_RE2(string pattern, string text, bool matches) =>
        Re2Pattern.Compile(pattern).IsMatch(text).ShouldBe(matches);

    [Theory]
    [InlineData("(?=a)")]
    [InlineData(@"(a)\1")]
    [InlineData("(?>a)")]
    [InlineData("(?<!a)b")]
    [InlineData("a**")]
    [InlineData("[b-a]")]
    [InlineData("(")]
    [InlineData("a)")]
    [InlineData(@"\y")]
    public void Patterns_that_RE2_does_not_have_are_refused(string pattern) =>
        Should.Throw<FormatException>(() => Re2Pattern.Compile(pattern));

    private static StructuralSchema Parse(string rule, string field, int repeat = 1)
    {
        var f = JsonNode.Parse(field)!.AsObject();
        f["x-kubernetes-validations"] = new JsonArray([
            .. Enumerable.Repeat(rule, repeat).Select(r => (JsonNode)new JsonObject { ["rule"] = r }),
        ]);
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["f"] = f },
        };
        return StructuralSchema.Parse(schema).Schema.ShouldNotBeNull();
    }

    private static JsonObject Resource(JsonNode f) => new() { ["f"] = f };
}
