using System.Globalization;
using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>JSON Patch (RFC 6902) with the strictness and the words of Kubernetes' API server.</summary>
internal static class JsonPatch
{
    /// <summary>The most operations one patch may have, as in Kubernetes.</summary>
    public const int MaxOperations = 10_000;

    /// <summary>Applies the operations in order to a copy of the target and returns the copy.</summary>
    /// <exception cref="PatchException">An operation is malformed, or does not fit the document; nothing is applied then.</exception>
    public static JsonNode? Apply(JsonNode target, JsonArray operations)
    {
        if (operations.Count > MaxOperations)
        {
            throw new PatchException(
                PatchFailure.Malformed,
                $"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}"
            );
        }
        // Every operation is checked before the first is applied, as the server does.
        var parsed = operations.Select(Parse).ToList();
        JsonNode? document = target.DeepClone();
        foreach (var operation in parsed)
        {
            document = Apply(document, operation);
        }
        return document;
    }

    private sealed record Operation(string Op, string Path, string? From, JsonNode? Value);

    private static Operation Parse(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        if (node is not JsonObject body)
        {
            throw Malformed($"invalid operation {text}: an operation must be an object");
        }
        // Go shows the fields of a map in order.
        text = new JsonObject(
            body.OrderBy(field => field.Key, StringComparer.Ordinal)
                .Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))
        ).ToJsonString();
        var op = JsonValues.AsString(body["op"]);
        if (op is not ("add" or "remove" or "replace" or "move" or "copy" or "test"))
        {
            throw Malformed($"invalid operation {text}: unsupported operation");
        }
        var path =
            JsonValues.AsString(body["path"])
            ?? throw Malformed(
                $"invalid operation {text}: failed to decode 'path': operation missing path field: missing value"
            );
        var from = JsonValues.AsString(body["from"]);
        if (op is "move" or "copy" && from is null)
        {
            throw Malformed(
                $"invalid operation {text}: failed to decode 'from': operation, missing from field: missing value"
            );
        }
        if (op is "add" or "replace" && !body.ContainsKey("value"))
        {
            throw Malformed(
                $"invalid operation {text}: failed to decode 'value': operation, missing value field: missing value"
            );
        }
        return new Operation(op, path, from, body["value"]);
    }

    private static JsonNode? Apply(JsonNode? document, Operation operation)
    {
        switch (operation.Op)
        {
            case "add":
                return Add(document, operation.Path, operation.Value?.DeepClone(), "add");
            case "remove":
                return Remove(document, operation.Path, "remove", out _);
            case "replace":
                if (operation.Path.Length == 0)
                {
                    return operation.Value?.DeepClone();
                }
                if (!TryGet(document, operation.Path, out _))
                {
                    throw Inapplicable(
                        $"replace operation does not apply: doc is missing key: {operation.Path}: missing value"
                    );
                }
                Set(document, operation.Path, operation.Value?.DeepClone());
                return document;
            case "move":
                if (operation.Path.StartsWith(operation.From + "/", StringComparison.Ordinal))
                {
                    throw Inapplicable(
                        $"error in move for path: '{operation.Path}': cannot move a value into one of its children"
                    );
                }
                document = Remove(document, operation.From!, "move", out var moved);
                return Add(document, operation.Path, moved, "move");
            case "copy":
                if (!TryGet(document, operation.From!, out var source))
                {
                    throw Inapplicable(
                        $"copy operation does not apply: doc is missing from path: {operation.From}: missing value"
                    );
                }
                return Add(document, operation.Path, source?.DeepClone(), "copy");
            default:
                // A path that does not exist passes a test for null.
                TryGet(document, operation.Path, out var actual);
                return JsonValues.Equal(actual, operation.Value)
                    ? document
                    : throw Inapplicable($"testing value {operation.Path} failed: test failed");
        }
    }

    private static JsonNode? Add(JsonNode? document, string path, JsonNode? value, string op)
    {
        if (path.Length == 0)
        {
            return value;
        }
        var (container, key) = Container(document, path, op);
        switch (container)
        {
            case JsonObject map:
                map[key] = value;
                return document;
            case JsonArray list:
                var index = key == "-" ? list.Count : Index(key, path, op);
                if (index < 0 || index > list.Count)
                {
                    throw Inapplicable(
                        $"{op} operation does not apply: doc is missing path: \"{path}\": Unable to access invalid index: {key}: invalid index referenced"
                    );
                }
                list.Insert(index, value);
                return document;
            default:
                throw MissingPath(op, path);
        }
    }

    private static JsonNode? Remove(JsonNode? document, string path, string op, out JsonNode? removed)
    {
        if (path.Length == 0)
        {
            removed = document;
            return null;
        }
        var (container, key) = Container(document, path, op);
        switch (container)
        {
            case JsonObject map:
                if (!map.TryGetPropertyValue(key, out removed))
                {
                    throw Inapplicable(
                        $"error in {op} for path: '{path}': Unable to remove nonexistent key: {key}: missing value"
                    );
                }
                map.Remove(key);
                return document;
            case JsonArray list:
                var index = Index(key, path, op);
                if (index < 0 || index >= list.Count)
                {
                    throw Inapplicable(
                        $"error in {op} for path: '{path}': Unable to access invalid index: {key}: invalid index referenced"
                    );
                }
                removed = list[index];
                list.RemoveAt(index);
                return document;
            default:
                throw MissingPath(op, path);
        }
    }

    private static void Set(JsonNode? document, string path, JsonNode? value)
    {
        var (container, key) = Container(document, path, "replace");
        if (container is JsonArray list)
        {
            list[Index(key, path, "replace")] = value;
        }
        else if (container is JsonObject map)
        {
            map[key] = value;
        }
    }

    private static bool TryGet(JsonNode? document, string path, out JsonNode? value)
    {
        value = document;
        foreach (var token in Tokens(path))
        {
            switch (value)
            {
                case JsonObject map when map.TryGetPropertyValue(token, out var child):
                    value = child;
                    break;
                case JsonArray list
                    when int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                        && index < list.Count:
                    value = list[index];
                    break;
                default:
                    value = null;
                    return false;
            }
        }
        return true;
    }

    private static (JsonNode? Container, string Key) Container(JsonNode? document, string path, string op)
    {
        var cut = path.LastIndexOf('/');
        if (cut < 0 || !TryGet(document, path[..cut], out var container) || container is not (JsonObject or JsonArray))
        {
            throw MissingPath(op, path);
        }
        return (container, Unescape(path[(cut + 1)..]));
    }

    private static IEnumerable<string> Tokens(string path)
    {
        if (path.Length == 0)
        {
            return [];
        }
        return path[0] == '/' ? path[1..].Split('/').Select(Unescape) : throw MissingPath("patch", path);
    }

    private static string Unescape(string token) =>
        token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private static int Index(string key, string path, string op) =>
        int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : throw Inapplicable(
                $"{op} operation does not apply: doc is missing path: \"{path}\": value was not a proper array index: '{key}'"
            );

    private static PatchException MissingPath(string op, string path) =>
        Inapplicable($"{op} operation does not apply: doc is missing path: \"{path}\": missing value");

    private static PatchException Inapplicable(string message) => new(PatchFailure.Inapplicable, message);

    private static PatchException Malformed(string message) => new(PatchFailure.Malformed, message);
}
