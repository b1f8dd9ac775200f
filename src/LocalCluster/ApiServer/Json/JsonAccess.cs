using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Json;

/// <summary>Short ways to read and write the fields that every Kubernetes object has.</summary>
internal static class JsonAccess
{
    /// <summary>The object at a path of names; null when it (or a parent) is not there or is something else.</summary>
    public static JsonObject? Obj(this JsonObject? parent, string name) => parent?[name] as JsonObject;

    public static JsonArray? Arr(this JsonObject? parent, string name) => parent?[name] as JsonArray;

    /// <summary>The string at a name; null when there is none.</summary>
    public static string? Str(this JsonObject? parent, string name) =>
        parent?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Long(this JsonObject? parent, string name) =>
        parent?[name] is { } node && node.GetValueKind() == JsonValueKind.Number
            ? long.TryParse(node.ToJsonString(), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
                ? number
                : null
            : null;

    public static bool? Bool(this JsonObject? parent, string name) =>
        parent?[name]?.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => null,
        };

    /// <summary>The value at a path of names.</summary>
    public static JsonNode? At(this JsonObject? parent, params ReadOnlySpan<string> path)
    {
        JsonNode? node = parent;
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    /// <summary>The object at a name, made when it is not there.</summary>
    public static JsonObject Ensure(this JsonObject parent, string name)
    {
        if (parent[name] is JsonObject existing)
        {
            return existing;
        }

        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    public static JsonObject Metadata(this JsonObject value) => value.Ensure("metadata");

    /// <summary>Sets a value where there is none; null counts as none.</summary>
    public static void Default(this JsonObject parent, string name, JsonNode? value)
    {
        if (parent[name] is null)
        {
            parent[name] = value;
        }
    }

    /// <summary>The strings of a list; entries of other types are left out.</summary>
    public static List<string> Strings(this JsonObject? parent, string name)
    {
        var result = new List<string>();
        foreach (var item in parent.Arr(name) ?? [])
        {
            if (item is JsonValue value && value.TryGetValue<string>(out var text))
            {
                result.Add(text);
            }
        }

        return result;
    }

    public static IEnumerable<JsonObject> Objects(this JsonObject? parent, string name) =>
        (parent.Arr(name) ?? []).OfType<JsonObject>();

    public static JsonArray ToJsonArray(this IEnumerable<string> values)
    {
        var array = new JsonArray();
        foreach (var value in values)
        {
            array.Add((JsonNode?)JsonValue.Create(value));
        }

        return array;
    }

    /// <summary>The value as Kubernetes prints it in a selector or a column: strings bare, others as JSON.</summary>
    public static string? Text(this JsonNode? node) =>
        node switch
        {
            null => null,
            JsonValue value when value.TryGetValue<string>(out var text) => text,
            _ => node.ToJsonString(),
        };

    /// <summary>Structural equality, where an absent field and null are different.</summary>
    public static bool Same(JsonNode? left, JsonNode? right) => JsonNode.DeepEquals(left, right);
}

/// <summary><c>metav1.Time</c> as text.</summary>
internal static class KubernetesTime
{
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}
