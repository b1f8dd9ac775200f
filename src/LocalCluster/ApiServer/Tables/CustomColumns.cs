using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Tables;

/// <summary>The columns that a CustomResourceDefinition declares.</summary>
internal static class CustomColumns
{
    /// <summary>Reads <c>additionalPrinterColumns</c>; without any, AGE.</summary>
    /// <exception cref="FormatException">A column's JSONPath cannot be read.</exception>
    public static IReadOnlyList<TableColumn> From(JsonObject version) =>
        version.Arr("additionalPrinterColumns") is { Count: > 0 }
            ? [.. version.Objects("additionalPrinterColumns").Select(Column)]
            : [TableColumn.Age];

    private static TableColumn Column(JsonObject column)
    {
        var path = JsonPath.Parse(column.Str("jsonPath") ?? "");
        var type = column.Str("type") ?? "string";
        return new(
            column.Str("name") ?? "",
            type,
            column.Str("format") ?? "",
            column.Str("description") is { Length: > 0 } text
                ? text
                : $"Custom resource definition column (in JSONPath format): {column.Str("jsonPath")}",
            (int)(column.Long("priority") ?? 0),
            (value, now) => Cell(path, type, value, now)
        );
    }

    private static JsonNode? Cell(JsonPath path, string type, JsonObject value, DateTimeOffset now)
    {
        var found = path.Select(value).Where(node => node is not null).ToList();
        if (found.Count == 0)
        {
            return null;
        }

        var first = found[0]!;
        return type switch
        {
            "integer" when first.GetValueKind() == JsonValueKind.Number => first.DeepClone(),
            "number" when first.GetValueKind() == JsonValueKind.Number => first.DeepClone(),
            "boolean" when first.GetValueKind() is JsonValueKind.True or JsonValueKind.False => first.DeepClone(),
            "integer" or "number" or "boolean" => null,
            "date" => KubernetesTime.Parse(first.Text()) is null ? "<invalid>" : TableColumn.Since(first.Text(), now),
            _ => Plain(first),
        };
    }

    /// <summary>Go writes maps in the order of their keys.</summary>
    private static JsonNode? Sorted(JsonNode? node) =>
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

    private static string Plain(JsonNode? node) =>
        node switch
        {
            JsonValue value
                when value.GetValueKind() == JsonValueKind.Number
                    && double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) =>
                number.ToString(CultureInfo.InvariantCulture),
            JsonObject or JsonArray => Sorted(node)!.ToJsonString(),
            _ => node.Text() ?? "",
        };
}
