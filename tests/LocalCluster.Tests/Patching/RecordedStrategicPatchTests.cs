using System.Text.Json.Nodes;
using LocalCluster.Patching;
using LocalCluster.Tests.Schema;

namespace LocalCluster.Tests.Patching;

/// <summary>Strategic merge patches of Deployments end as a real server ended them, but for the defaults that it fills in afterwards.</summary>
public sealed class RecordedStrategicPatchTests
{
    private static readonly JsonArray Recorded = RecordedCases.Load("strategic.cases.json");
    private static readonly MergeSchema Deployment = BuiltInMergeSchemas.For("apps", "v1", "Deployment");

    private static readonly HashSet<string> Defaults = new(StringComparer.Ordinal)
    {
        "terminationMessagePath",
        "terminationMessagePolicy",
        "imagePullPolicy",
        "resources",
        "protocol",
        "defaultMode",
        "rollingUpdate",
        "strategy",
        "limits",
        "requests",
    };

    public static TheoryData<int> Cases() => new(Enumerable.Range(0, Recorded.Count));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Ends_as_recorded(int index)
    {
        var test = Recorded[index]!;
        var patched = StrategicMergePatch.Apply(test["live"]!.AsObject(), test["patch"]!.AsObject(), Deployment);
        Differences(patched, test["result"], "").ShouldBeEmpty(test["patch"]!.ToJsonString());
    }

    private static List<string> Differences(JsonNode? ours, JsonNode? theirs, string path)
    {
        switch (ours, theirs)
        {
            case (JsonObject a, JsonObject b):
                var left = a.Where(p => !IsEmpty(p.Value)).Select(p => p.Key).ToList();
                return
                [
                    .. b.Where(p => !IsEmpty(p.Value) && !left.Contains(p.Key) && !Defaults.Contains(p.Key))
                        .Select(p => $"{path}.{p.Key} is missing"),
                    .. left.SelectMany(name => Differences(a[name], b[name], $"{path}.{name}")),
                ];
            case (JsonArray a, JsonArray b) when a.Count == b.Count:
                return [.. a.Zip(b).SelectMany((p, i) => Differences(p.First, p.Second, $"{path}[{i}]"))];
            default:
                return JsonValues.Equal(ours, theirs)
                    ? []
                    : [$"{path} is {ours?.ToJsonString()}, not {theirs?.ToJsonString()}"];
        }
    }

    private static bool IsEmpty(JsonNode? node) => node is null or JsonObject { Count: 0 } or JsonArray { Count: 0 };
}
