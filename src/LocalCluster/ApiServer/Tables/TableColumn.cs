using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Tables;

/// <summary>One printer column.</summary>
/// <param name="Name">Header.</param>
/// <param name="Type">OpenAPI type.</param>
/// <param name="Format">OpenAPI format; <c>name</c> marks the column that prefixes with the kind.</param>
/// <param name="Description">For clients that show one.</param>
/// <param name="Priority">0 is always shown, others with <c>-o wide</c>.</param>
/// <param name="Cell">The value for an object at a time.</param>
internal sealed record TableColumn(
    string Name,
    string Type,
    string Format,
    string Description,
    int Priority,
    Func<JsonObject, DateTimeOffset, JsonNode?> Cell
)
{
    public static TableColumn NameColumn { get; } =
        new(
            "Name",
            "string",
            "name",
            "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
            0,
            (value, _) => value.Metadata().Str("name")
        );

    public static TableColumn Age { get; } =
        new(
            "Age",
            "string",
            "",
            "Time since the object was created",
            0,
            (value, now) => Since(value.Metadata().Str("creationTimestamp"), now)
        );

    /// <summary>A column whose value does not depend on the time.</summary>
    public static TableColumn Of(string name, Func<JsonObject, JsonNode?> cell, int priority = 0) =>
        new(name, "string", "", name, priority, (value, _) => cell(value));

    /// <summary>How long ago a time was, in kubectl's short form.</summary>
    public static string Since(string? time, DateTimeOffset now) =>
        KubernetesTime.Parse(time) is { } then ? HumanDuration.Format(now - then) : "<unknown>";
}
