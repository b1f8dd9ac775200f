using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Tables;

/// <summary>
/// The JSONPath of printer columns: fields (<c>.a</c>, <c>['a.b']</c>, <c>.a\.b</c>), indexes, slices, <c>[*]</c>,
/// <c>..a</c> and filters <c>[?(@.type=="Ready")]</c>.
/// </summary>
internal sealed class JsonPath
{
    private readonly List<Func<JsonNode?, IEnumerable<JsonNode?>>> steps = [];

    private JsonPath() { }

    /// <summary>Reads a path.</summary>
    /// <exception cref="FormatException">The text is no JSONPath of this dialect.</exception>
    public static JsonPath Parse(string text)
    {
        var path = new JsonPath();
        var source = text.Trim();
        if (source.StartsWith('{') && source.EndsWith('}'))
        {
            source = source[1..^1];
        }

        if (source.StartsWith('$'))
        {
            source = source[1..];
        }

        var at = 0;
        while (at < source.Length)
        {
            if (source[at] == '[')
            {
                path.steps.Add(ParseBracket(source, ref at));
            }
            else if (source.AsSpan(at).StartsWith(".."))
            {
                at += 2;
                var name = ParseName(source, ref at);
                path.steps.Add(node => Descend(node, name));
            }
            else
            {
                if (source[at] == '.')
                {
                    at++;
                }

                if (at < source.Length && source[at] != '[')
                {
                    var name = ParseName(source, ref at);
                    path.steps.Add(name == "*" ? Children : node => Field(node, name));
                }
            }
        }

        return path;
    }

    /// <summary>All values that the path leads to.</summary>
    public IEnumerable<JsonNode?> Select(JsonNode? root)
    {
        IEnumerable<JsonNode?> current = [root];
        foreach (var step in steps)
        {
            current = current.SelectMany(step);
        }

        return current;
    }

    private static string ParseName(string source, ref int at)
    {
        var name = new StringBuilder();
        while (at < source.Length && source[at] is not ('.' or '['))
        {
            if (source[at] == '\\' && at + 1 < source.Length)
            {
                at++;
            }

            name.Append(source[at++]);
        }

        return name.Length > 0 ? name.ToString() : throw new FormatException($"a field name is missing in '{source}'");
    }

    private static Func<JsonNode?, IEnumerable<JsonNode?>> ParseBracket(string source, ref int at)
    {
        var end = ClosingBracket(source, at);
        var inside = source[(at + 1)..end].Trim();
        at = end + 1;
        if (inside == "*")
        {
            return Children;
        }

        if (inside.StartsWith("?(", StringComparison.Ordinal) && inside.EndsWith(')'))
        {
            var filter = ParseFilter(inside[2..^1].Trim());
            return node => Children(node).Where(filter);
        }

        if (inside.Length >= 2 && inside[0] is '\'' or '"')
        {
            // As kubectl's JSONPath has it, a dot in quotes still divides unless it is escaped.
            var path = Parse("." + inside[1..^1]);
            return node => path.Select(node).Where(found => found is not null);
        }

        if (int.TryParse(inside, CultureInfo.InvariantCulture, out var index))
        {
            return node => node is JsonArray array && At(array, index) is { } position ? [array[position]] : [];
        }

        var bounds = inside.Split(':');
        if (bounds.Length is 2 or 3)
        {
            var from = Bound(bounds[0]) ?? 0;
            var to = Bound(bounds[1]);
            return node =>
                node is JsonArray array
                    ? array
                        .Skip(from < 0 ? Math.Max(0, array.Count + from) : from)
                        .Take(
                            (
                                to is { } stop
                                    ? stop < 0
                                        ? array.Count + stop
                                        : stop
                                    : array.Count
                            ) - (from < 0 ? Math.Max(0, array.Count + from) : from)
                        )
                    : [];
        }

        throw new FormatException($"'[{inside}]' in '{source}' is not understood");

        int? Bound(string text) =>
            text.Trim().Length == 0 ? null
            : int.TryParse(text, CultureInfo.InvariantCulture, out var bound) ? bound
            : throw new FormatException($"'{text}' in '{source}' is no index");
    }

    private static int ClosingBracket(string source, int open)
    {
        var quote = '\0';
        for (var i = open + 1; i < source.Length; i++)
        {
            if (quote != '\0')
            {
                quote = source[i] == quote ? '\0' : quote;
            }
            else if (source[i] is '\'' or '"')
            {
                quote = source[i];
            }
            else if (source[i] == ']' && !source[open..i].Contains("?(", StringComparison.Ordinal))
            {
                return i;
            }
            else if (source[i] == ']' && source[i - 1] == ')')
            {
                return i;
            }
        }

        throw new FormatException($"a bracket is not closed in '{source}'");
    }

    private static Func<JsonNode?, bool> ParseFilter(string text)
    {
        foreach (var sign in new[] { "==", "!=", "<=", ">=", "<", ">" })
        {
            var at = text.IndexOf(sign, StringComparison.Ordinal);
            if (at > 0)
            {
                var left = ParseOperand(text[..at].Trim());
                var right = ParseOperand(text[(at + sign.Length)..].Trim());
                return node => Compare(left(node), right(node), sign);
            }
        }

        var present = Parse(text.TrimStart('@'));
        return node => present.Select(node).Any();
    }

    private static Func<JsonNode?, JsonNode?> ParseOperand(string text)
    {
        if (text.StartsWith('@'))
        {
            var path = Parse(text[1..]);
            return node => path.Select(node).FirstOrDefault();
        }

        var literal =
            text.Length >= 2 && text[0] is '\'' or '"'
                ? JsonValue.Create(text[1..^1])
                : JsonReading.Parse(Encoding.UTF8.GetBytes(text));
        return _ => literal;
    }

    private static bool Compare(JsonNode? left, JsonNode? right, string sign)
    {
        if (sign is "==" or "!=")
        {
            return (left is not null && left.Text() == right.Text()) == (sign == "==");
        }

        if (left is null || right is null)
        {
            return false;
        }

        var order =
            left.GetValueKind() == JsonValueKind.Number && right.GetValueKind() == JsonValueKind.Number
                ? double.Parse(left.ToJsonString(), CultureInfo.InvariantCulture)
                    .CompareTo(double.Parse(right.ToJsonString(), CultureInfo.InvariantCulture))
                : string.CompareOrdinal(left.Text(), right.Text());
        return sign switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        };
    }

    private static IEnumerable<JsonNode?> Field(JsonNode? node, string name) =>
        node is JsonObject value && value.TryGetPropertyValue(name, out var child) ? [child] : [];

    private static IEnumerable<JsonNode?> Children(JsonNode? node) =>
        node switch
        {
            JsonArray array => array,
            JsonObject value => value.Select(field => field.Value),
            _ => [],
        };

    private static IEnumerable<JsonNode?> Descend(JsonNode? node, string name) =>
        Field(node, name).Concat(Children(node).SelectMany(child => Descend(child, name)));

    private static int? At(JsonArray array, int index)
    {
        var position = index < 0 ? array.Count + index : index;
        return position >= 0 && position < array.Count ? position : null;
    }
}
