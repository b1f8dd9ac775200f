using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>
/// Events are stored as <c>v1</c> and served as <c>events.k8s.io/v1</c> too, where some fields are called differently.
/// </summary>
internal sealed class EventConversion : IVersionConversion
{
    private static readonly (string Core, string Other)[] Renamed =
    [
        ("involvedObject", "regarding"),
        ("message", "note"),
        ("reportingComponent", "reportingController"),
        ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"),
        ("count", "deprecatedCount"),
    ];

    public static IReadOnlyDictionary<string, string> FieldAliases { get; } =
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["regarding.kind"] = "involvedObject.kind",
            ["regarding.namespace"] = "involvedObject.namespace",
            ["regarding.name"] = "involvedObject.name",
            ["regarding.uid"] = "involvedObject.uid",
            ["regarding.apiVersion"] = "involvedObject.apiVersion",
            ["regarding.resourceVersion"] = "involvedObject.resourceVersion",
            ["regarding.fieldPath"] = "involvedObject.fieldPath",
            ["reportingController"] = "reportingComponent",
        };

    public void FromStorage(JsonObject value)
    {
        value["apiVersion"] = "events.k8s.io/v1";
        foreach (var (core, other) in Renamed)
        {
            Rename(value, core, other);
        }
    }

    public void ToStorage(JsonObject value)
    {
        value["apiVersion"] = "v1";
        foreach (var (core, other) in Renamed)
        {
            Rename(value, other, core);
        }
    }

    private static void Rename(JsonObject value, string from, string to)
    {
        if (value.Remove(from, out var node))
        {
            value[to] = node;
        }
    }
}
