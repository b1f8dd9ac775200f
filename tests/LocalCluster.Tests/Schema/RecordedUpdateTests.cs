using System.Text.Json.Nodes;
using LocalCluster.Schema;

namespace LocalCluster.Tests.Schema;

/// <summary>Creates and updates are refused as Kubernetes 1.36 does: rules over old values, and faults that were there before.</summary>
public sealed class RecordedUpdateTests
{
    private static readonly JsonObject Recorded = RecordedCases.Load("updates.cases.json")[0]!.AsObject();
    private static readonly StructuralSchema Schema = StructuralSchema.Parse(Recorded["schema"]!.AsObject()).Schema!;

    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        var cases = Recorded["cases"]!.AsArray();
        for (var i = 0; i < cases.Count; i++)
        {
            data.Add(i, $"{cases[i]!["old"]?.ToJsonString() ?? "nothing"} to {cases[i]!["new"]!.ToJsonString()}");
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_as_recorded(int index, string what)
    {
        var test = Recorded["cases"]![index]!;
        var old = test["old"] is { } stored ? Resource(test["name"]!, stored) : null;
        Schema
            .Validate(Resource(test["name"]!, test["new"]!), old)
            .Select(e => $"{e.Path}|{e.Reason}|{e.Message}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                test["causes"]!.AsArray().Select(c => $"{c![0]}|{c[1]}|{c[2]}").Order(StringComparer.Ordinal),
                what
            );
    }

    private static JsonObject Resource(JsonNode name, JsonNode spec) =>
        new()
        {
            ["apiVersion"] = "rec.dev/v1",
            ["kind"] = "X",
            ["metadata"] = new JsonObject { ["name"] = name.DeepClone() },
            ["spec"] = spec.DeepClone(),
        };
}
