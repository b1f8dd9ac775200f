using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Tables;

/// <summary>What <c>kubectl get events</c> shows, of either form of an event.</summary>
internal static class EventColumns
{
    public static JsonNode? LastSeen(JsonObject value, DateTimeOffset now)
    {
        var first = Time(value, "firstTimestamp", "deprecatedFirstTimestamp") ?? value.Str("eventTime");
        var last = Time(value, "lastTimestamp", "deprecatedLastTimestamp") ?? first;
        if (value.Obj("series") is { } series)
        {
            return $"{TableColumn.Since(series.Str("lastObservedTime"), now)} (x{series.Long("count") ?? 0} over {TableColumn.Since(first, now)})";
        }

        var count = value.Long("count") ?? value.Long("deprecatedCount") ?? 1;
        return count > 1
            ? $"{TableColumn.Since(last, now)} (x{count} over {TableColumn.Since(first, now)})"
            : TableColumn.Since(last, now);
    }

    public static JsonNode? Subject(JsonObject value)
    {
        var subject = value.Obj("involvedObject") ?? value.Obj("regarding");
        return $"{subject.Str("kind")?.ToLowerInvariant()}/{subject.Str("name")}";
    }

    public static JsonNode? Source(JsonObject value)
    {
        var source = value.Obj("source") ?? value.Obj("deprecatedSource");
        var component = source.Str("component") is { Length: > 0 } name
            ? name
            : value.Str("reportingComponent") ?? value.Str("reportingController") ?? "";
        return source.Str("host") is { Length: > 0 } host ? $"{component}, {host}" : component;
    }

    public static JsonNode? Count(JsonObject value) =>
        (value.Obj("series").Long("count") ?? value.Long("count") ?? value.Long("deprecatedCount") ?? 1) is var count
        && count < 1
            ? 1
            : count;

    private static string? Time(JsonObject value, string name, string deprecated) =>
        value.Str(name) ?? value.Str(deprecated);
}
