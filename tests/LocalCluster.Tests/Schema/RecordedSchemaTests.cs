using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Schema;

namespace LocalCluster.Tests.Schema;

/// <summary>Schemas are accepted and refused as Kubernetes 1.36 does.</summary>
public sealed partial class RecordedSchemaTests
{
    private static readonly JsonArray Recorded = RecordedCases.Load("crds.cases.json");

    public static TheoryData<int, string> Cases()
    {
        var data = new TheoryData<int, string>();
        for (var i = 0; i < Recorded.Count; i++)
        {
            data.Add(i, Recorded[i]!["schema"]!.ToJsonString());
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Answers_as_recorded(int index, string schema)
    {
        var parsed = StructuralSchema.Parse(JsonNode.Parse(schema)!.AsObject());
        parsed
            .Errors.Select(e => $"{e.Path}|{e.Reason}|{e.Message}")
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .ShouldBe(
                Recorded[index]!["errors"]!
                    .AsArray()
                    .Select(c => $"{c![0]}|{c[1]}|{WithoutTypeNames(c[2]!.GetValue<string>())}")
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
            );
    }

    /// <summary>The server names object types by the time of day.</summary>
    private static string WithoutTypeNames(string message) => TypeName().Replace(message, "selfType");

    [GeneratedRegex("selfType[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex TypeName();
}
