using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Conformance.Tests.Support;

/// <summary>
/// Takes out of answers what no two runs share: names, uids, versions, times. Each value gets a name in the order in which
/// values are met (<c>{uid1}</c>, <c>{rv2}</c>), so that sameness still shows, and later requests may use the name.
/// </summary>
public sealed partial class Scrubber(IReadOnlyDictionary<string, string> known)
{
    private readonly Dictionary<string, string> names = [];
    private readonly Dictionary<string, int> counts = [];
    private readonly Dictionary<string, string> values = new(known);

    /// <summary>Numbers that requests say: where an answer says one, it is not the version that happens to be as large.</summary>
    private readonly HashSet<string> said = [];

    /// <summary>Puts values in the place of their names.</summary>
    public string Expand(string text)
    {
        said.UnionWith(Number().Matches(text).Select(match => match.Value));
        return Placeholder()
            .Replace(
                text,
                match =>
                    match.Groups["fill"].Success ? new string('x', int.Parse(match.Groups["fill"].Value))
                    : values.TryGetValue(match.Groups["name"].Value, out var value) ? value
                    : match.Value
            );
    }

    /// <summary>The part of an answer that was asked for, without what differs from run to run.</summary>
    public JsonNode? Scrub(JsonObject answer, IReadOnlyList<string> show)
    {
        // Every version gets its name, also that of an answer of which little is shown.
        var whole = Clean(answer, null, IsCollection(answer))!.AsObject();
        if (show.Count == 0)
        {
            Visit(whole, node => (node["metadata"] as JsonObject)?.Remove("managedFields"));
            SortCauses(whole);
            Shorten(whole);
            return whole;
        }

        var chosen = new JsonObject();
        foreach (var path in show)
        {
            chosen[path] = Find(whole, path)?.DeepClone();
        }

        return chosen;
    }

    /// <summary>What a program printed, without what differs from run to run.</summary>
    public string ScrubText(string text)
    {
        foreach (var (name, value) in known.OrderByDescending(entry => entry.Value.Length))
        {
            text = text.Replace(value, $"{{{name}}}", StringComparison.Ordinal);
        }

        text = Uid().Replace(text, match => Name("uid", match.Value));
        text = Time().Replace(text, "{time}");
        // Which encodings a server has beside JSON and YAML, and where it keeps custom objects, is its own affair.
        text = text.Replace(
                "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
                "only the following media types are accepted: application/json, application/yaml",
                StringComparison.Ordinal
            )
            .Replace("Key: /registry-crd/", "Key: /registry/", StringComparison.Ordinal);
        text = Excerpt().Replace(text, " ({excerpt})");
        text = Yaml().Replace(text, "yaml: {why} (");
        text = Filling().Replace(text, "{fill}");
        text = TooOld().Replace(text, "too old resource version: {n} ({n})");
        text = TooLarge().Replace(text, "Too large resource version: {n}, current: {n}");
        return Number()
            .Replace(
                text,
                match =>
                    said.Contains(match.Value) ? match.Value : names.GetValueOrDefault("rv " + match.Value, match.Value)
            );
    }

    private static bool IsCollection(JsonObject value) =>
        value["kind"] is JsonValue kind
        && kind.GetValueKind() == JsonValueKind.String
        && (kind.GetValue<string>().EndsWith("List", StringComparison.Ordinal) || kind.GetValue<string>() == "Table");

    private JsonNode? Clean(JsonNode? node, string? name, bool inCollection)
    {
        switch (node)
        {
            case JsonObject value:
                Generated(value);
                var result = new JsonObject();
                foreach (var (key, child) in value.OrderBy(field => field.Key, StringComparer.Ordinal))
                {
                    // Only the collection's own metadata is special, not that of its items.
                    result[ScrubText(key)] = Clean(
                        child,
                        key,
                        inCollection && key is not ("items" or "rows") || child is JsonObject o && IsCollection(o)
                    );
                }

                return result;
            case JsonArray array when name == "managedFields":
                // A server orders them by time, in whole seconds.
                return new JsonArray([
                    .. array.OrderBy(Manager, StringComparer.Ordinal).Select(item => Clean(item, null, false)),
                ]);
            case JsonArray array:
                return new JsonArray([.. array.Select(item => Clean(item, null, false))]);
            case JsonValue text when text.GetValueKind() == JsonValueKind.String:
                return Clean(text.GetValue<string>(), name, inCollection);
            default:
                return node?.DeepClone();
        }
    }

    private static string Manager(JsonNode? entry) =>
        $"{Json.At(entry, "operation")} {Json.At(entry, "manager")} {Json.At(entry, "subresource")}";

    private string Clean(string text, string? name, bool inCollection) =>
        name switch
        {
            "resourceVersion" when text.All(char.IsAsciiDigit) && text.Length > 0 => inCollection
                ? "{rv}"
                : Name("rv", text),
            "continue" when text.Length > 0 => Token(text),
            null when Age().IsMatch(text) => "{age}",
            _ => ScrubText(text),
        };

    private void Generated(JsonObject value)
    {
        if (
            value["generateName"] is JsonValue prefix
            && value["name"] is JsonValue name
            && name.GetValue<string>().StartsWith(prefix.GetValue<string>(), StringComparison.Ordinal)
        )
        {
            name.GetValue<string>().Length.ShouldBe(Math.Min(prefix.GetValue<string>().Length, 58) + 5);
            value["name"] = Name("name", name.GetValue<string>());
        }
    }

    private string Name(string type, string value)
    {
        var key = type + " " + value;
        if (!names.TryGetValue(key, out var name))
        {
            names[key] = name = Occurrence(type, value);
        }

        return name;
    }

    /// <summary>Shown as <c>{continue}</c>; the n-th one is <c>{continueN}</c> in later requests.</summary>
    private string Token(string text)
    {
        Occurrence("continue", Uri.EscapeDataString(text));
        return "{continue}";
    }

    private string Occurrence(string type, string value)
    {
        var number = counts[type] = counts.GetValueOrDefault(type) + 1;
        values[$"{type}{number}"] = value;
        return $"{{{type}{number}}}";
    }

    /// <summary>A server may tell several faults in any order.</summary>
    private static void SortCauses(JsonObject status)
    {
        if (Json.At(status, "details", "causes") is not JsonArray { Count: > 1 } causes)
        {
            return;
        }

        var sorted = causes.Select(cause => cause!.ToJsonString()).Order(StringComparer.Ordinal).ToList();
        status["details"]!["causes"] = new JsonArray([.. sorted.Select(cause => JsonNode.Parse(cause))]);
        var message = status["message"]!.GetValue<string>();
        if (message.IndexOf(": [", StringComparison.Ordinal) is > 0 and var start)
        {
            status["message"] = message[..start] + ": [{causes}]";
        }
    }

    /// <summary>Leaves out of a failure what every failure has.</summary>
    private static void Shorten(JsonObject status)
    {
        if (
            status["kind"]?.ToString() == "Status"
            && status["apiVersion"]?.ToString() == "v1"
            && status["metadata"] is JsonObject { Count: 0 }
            && status["status"]?.ToString() == "Failure"
        )
        {
            foreach (var field in new[] { "kind", "apiVersion", "metadata", "status", "code" })
            {
                status.Remove(field);
            }
        }
    }

    private static void Visit(JsonNode? node, Action<JsonObject> visit)
    {
        switch (node)
        {
            case JsonObject value:
                visit(value);
                foreach (var (_, child) in value)
                {
                    Visit(child, visit);
                }

                break;
            case JsonArray array:
                foreach (var item in array)
                {
                    Visit(item, visit);
                }

                break;
            default:
                break;
        }
    }

    /// <summary>The value at <c>a/b/0/c</c>; <c>*</c> takes all members of a list.</summary>
    private static JsonNode? Find(JsonNode? node, string path)
    {
        if (path.Length == 0)
        {
            return node;
        }

        var slash = path.IndexOf('/', StringComparison.Ordinal);
        var (first, rest) = slash < 0 ? (path, "") : (path[..slash], path[(slash + 1)..]);
        return node switch
        {
            JsonArray array when first == "*" => new JsonArray([
                .. array.Select(item => Find(item, rest)?.DeepClone()),
            ]),
            JsonArray array when int.TryParse(first, out var index) && index < array.Count => Find(array[index], rest),
            JsonObject value => Find(value[first], rest),
            _ => null,
        };
    }

    [GeneratedRegex(@"\{(?:(?<name>[a-z]+[0-9]*)|fill:(?<fill>[0-9]+))\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")]
    private static partial Regex Time();

    [GeneratedRegex(@"Too large resource version: \d+, current: \d+")]
    private static partial Regex TooLarge();

    [GeneratedRegex(@"too old resource version: \d+ \(\d+\)")]
    private static partial Regex TooOld();

    [GeneratedRegex("x{60,}")]
    private static partial Regex Filling();

    /// <summary>The beginning of a body, as text or in hexadecimal, at the end of a message.</summary>
    [GeneratedRegex(@"(?<=^the object provided is unrecognized.*) \([^()]*\)$")]
    private static partial Regex Excerpt();

    /// <summary>Why a text is no YAML is told in the words of the parser.</summary>
    [GeneratedRegex(@"yaml: [^({]+\(")]
    private static partial Regex Yaml();

    [GeneratedRegex(@"\b[0-9]{2,}\b")]
    private static partial Regex Number();

    [GeneratedRegex(@"^\d+(?:ms|s|m\d+s)$")]
    private static partial Regex Age();
}
