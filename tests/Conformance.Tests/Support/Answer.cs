using System.Text.Json.Nodes;

namespace Conformance.Tests.Support;

/// <summary>What a server answered.</summary>
public sealed record Answer(int Code, JsonObject Body, IReadOnlyList<string> Warnings)
{
    public string? Reason => Text("reason");

    public string Message => Text("message") ?? "";

    public string ResourceVersion => Text("metadata", "resourceVersion")!;

    public string Uid => Text("metadata", "uid")!;

    /// <summary>The value at a path of field names; null when there is none.</summary>
    public JsonNode? At(params string[] path) => Json.At(Body, path);

    public string? Text(params string[] path) => At(path)?.GetValue<string>();

    public IEnumerable<JsonObject> Items => Body["items"]!.AsArray().Select(item => item!.AsObject());

    public IEnumerable<string> ItemNames => Items.Select(item => item["metadata"]!["name"]!.GetValue<string>());

    public Answer ShouldBe(int code)
    {
        Code.ShouldBe(code, Body.ToJsonString());
        return this;
    }
}

/// <summary>Short ways around in JSON.</summary>
public static class Json
{
    public static JsonNode? At(JsonNode? node, params string[] path) =>
        path.Aggregate(node, (current, name) => (current as JsonObject)?[name]);

    public static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    /// <summary>The same with the fields of objects in order.</summary>
    public static JsonNode? Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject value => new JsonObject(
                value
                    .OrderBy(field => field.Key, StringComparer.Ordinal)
                    .Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))
            ),
            JsonArray array => new JsonArray([.. array.Select(Sorted)]),
            _ => node?.DeepClone(),
        };

    /// <summary>The same object after a change.</summary>
    public static JsonObject With(this JsonObject value, Action<JsonObject> change)
    {
        var copy = value.DeepClone().AsObject();
        change(copy);
        return copy;
    }
}
