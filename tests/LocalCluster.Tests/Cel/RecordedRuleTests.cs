using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Schema;
using LocalCluster.Tests.Schema;

namespace LocalCluster.Tests.Cel;

/// <summary>Rules are accepted, refused and evaluated as Kubernetes 1.36 does.</summary>
public sealed partial class RecordedRuleTests
{
    private static readonly JsonObject Recorded = RecordedCases.Load("cel.cases.json")[0]!.AsObject();

    public static TheoryData<string> Accepted() =>
        new(Recorded["good"]!.AsArray().Where(c => c!["rejected"] is null).Select(c => c!["rule"]!.GetValue<string>()));

    public static TheoryData<string> Refused() =>
        new(Recorded["bad"]!.AsArray().Select(c => c!["rule"]!.GetValue<string>()));

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Evaluates_as_recorded(string rule)
    {
        var test = Recorded["good"]!.AsArray().First(c => c!["rule"]!.GetValue<string>() == rule)!;
        var parsed = StructuralSchema.Parse(SchemaWith(rule));
        parsed.Errors.ShouldBeEmpty();
        foreach (var name in (string[])["full", "alt"])
        {
            var value = new JsonObject { ["spec"] = new JsonObject { ["r"] = Recorded[name]!.DeepClone() } };
            parsed.Schema!.ApplyDefaults(value);
            parsed
                .Schema.Validate(value)
                .Select(e => $"{e.Path}|{e.Reason}|{e.Message}")
                .Order(StringComparer.Ordinal)
                .ShouldBe(
                    test[name]!.AsArray().Select(c => $"{c![0]}|{c[1]}|{c[2]}").Order(StringComparer.Ordinal),
                    name
                );
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void Refuses_as_recorded(string rule)
    {
        var test = Recorded["bad"]!.AsArray().First(c => c!["rule"]!.GetValue<string>() == rule)!;
        var parsed = StructuralSchema.Parse(SchemaWith(rule));
        parsed.Schema.ShouldBeNull();
        parsed
            .Errors.Select(e => $"{e.Path}|{e.Reason}|{WithoutTypeNames(e.Message)}")
            .ShouldBe(
                test["rejected"]!.AsArray().Select(c => $"{c![0]}|{c[1]}|{WithoutTypeNames(c[2]!.GetValue<string>())}")
            );
    }

    // Rules whose refusal is worded by the parser that Kubernetes uses, and functions that are not supported here.
    [Theory]
    [InlineData("self.i = 5", "token recognition error at: '='")]
    [InlineData("'abc", "token recognition error at: ''abc'")]
    [InlineData("self.i == 1)", "mismatched input ')' expecting <EOF>")]
    [InlineData("[1, 2", "mismatched input '<EOF>' expecting ','")]
    [InlineData("'%s'.format([1]) == ''", "undeclared reference to 'format' (in container '')")]
    [InlineData("ip('1.2.3.4').family() == 4", "undeclared reference to 'ip' (in container '')")]
    [InlineData("[1].transformList(i, v, v).size() == 1", "undeclared reference to 'transformList' (in container '')")]
    [InlineData("99999999999999999999 == 1", "invalid int literal")]
    public void Refuses_what_it_cannot_do(string rule, string message)
    {
        var parsed = StructuralSchema.Parse(SchemaWith(rule));
        parsed.Schema.ShouldBeNull();
        parsed.Errors.ShouldHaveSingleItem().Message.ShouldContain(message);
    }

    // Keywords need no escape after a dot.
    [Theory]
    [InlineData("self.namespace == 'ns'")]
    [InlineData("has(self.namespace) && self.__namespace__ == 'ns'")]
    public void Keywords_can_be_fields(string rule)
    {
        var schema = StructuralSchema.Parse(SchemaWith(rule)).Schema.ShouldNotBeNull();
        schema
            .Validate(new JsonObject { ["spec"] = new JsonObject { ["r"] = Recorded["full"]!.DeepClone() } })
            .ShouldBeEmpty();
    }

    private static JsonObject SchemaWith(string rule)
    {
        var field = Recorded["schema"]!.DeepClone();
        field["x-kubernetes-validations"] = new JsonArray(new JsonObject { ["rule"] = rule });
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject
            {
                ["spec"] = new JsonObject
                {
                    ["type"] = "object",
                    ["properties"] = new JsonObject { ["r"] = field },
                },
            },
        };
    }

    /// <summary>The server names object types by the time of day.</summary>
    private static string WithoutTypeNames(string message) => TypeName().Replace(message, "selfType");

    [GeneratedRegex("selfType[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex TypeName();
}
