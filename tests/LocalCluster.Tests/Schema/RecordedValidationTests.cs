using System.Text.Json.Nodes;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.Tests.Schema;

/// <summary>The schema answers as Kubernetes 1.36 does: same defaults, same pruning, same errors.</summary>
public sealed class RecordedValidationTests
{
    public static TheoryData<int, int, string> Cases()
    {
        var data = new TheoryData<int, int, string>();
        var schemas = RecordedCases.Load("validation.cases.json");
        for (var i = 0; i < schemas.Count; i++)
        {
            var tests = schemas[i]!["tests"]!.AsArray();
            for (var j = 0; j < tests.Count; j++)
            {
                var field = schemas[i]!["schema"]!["properties"]!["spec"]!["properties"]!["f"]!.ToJsonString();
                data.Add(i, j, $"{field} of {tests[j]!["spec"]!["f"]?.ToJsonString() ?? "null"}");
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_as_recorded(int schemaIndex, int testIndex, string what)
    {
        what.ShouldNotBeEmpty();
        var recorded = RecordedCases.Load("validation.cases.json")[schemaIndex]!;
        var test = recorded["tests"]![testIndex]!;
        var parsed = StructuralSchema.Parse(recorded["schema"]!.AsObject());
        parsed.Errors.ShouldBeEmpty();
        var value = new JsonObject { ["spec"] = test["spec"]!.DeepClone() };

        var unknown = new List<string>();
        parsed.Schema!.ApplyDefaults(value);
        parsed.Schema.Prune(value, unknown.Add);
        var errors = parsed.Schema.Validate(value);

        errors
            .Select(e => $"{e.Path}|{e.Reason}|{e.Message}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                (test["causes"] as JsonArray ?? []).Select(c => $"{c![0]}|{c[1]}|{c[2]}").Order(StringComparer.Ordinal)
            );
        if (test["result"] is { } result)
        {
            JsonValues.Equal(value["spec"], result).ShouldBeTrue(value["spec"]?.ToJsonString());
        }
        unknown.ShouldBe((test["unknown"] as JsonArray ?? []).Select(u => u!.GetValue<string>()));
    }
}
