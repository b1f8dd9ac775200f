using System.Text.Json.Nodes;

namespace LocalCluster.Tests.Schema;

/// <summary>Answers of Kubernetes 1.36, recorded: what its server said to an object or request.</summary>
internal static class RecordedCases
{
    public static JsonArray Load(string name)
    {
        using var stream =
            typeof(RecordedCases).Assembly.GetManifestResourceStream(name)
            ?? throw new FileNotFoundException($"no recorded cases {name}");
        return JsonNode.Parse(stream)!.AsArray();
    }
}
