using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Json;

/// <summary>Values that do not fit a typed field, told as Kubernetes' decoder (Go's encoding/json) tells it.</summary>
internal static class GoDecoding
{
    /// <summary>Checks one field; absent and null fit any type.</summary>
    /// <param name="value">What is in the field.</param>
    /// <param name="field">The field, as <c>STRUCT.field</c>.</param>
    /// <param name="type">What should be in it.</param>
    /// <param name="prefix">Begins the message.</param>
    /// <exception cref="ApiException">400: another type.</exception>
    public static void Check(JsonNode? value, string field, GoType type, string prefix = "")
    {
        if (value is not null && !type.Fits(value))
        {
            throw ApiException.BadRequest(
                $"{prefix}json: cannot unmarshal {Name(value, type == GoType.Int64 || type == GoType.Int32)} into Go struct field {field} of type {type.Name}"
            );
        }
    }

    /// <summary>How a message about a body begins.</summary>
    public static string Prefix(BodyKind kind) =>
        $"{kind.Kind} in version \"{kind.Version}\" cannot be handled as a {kind.Kind}: ";

    /// <summary>What Go calls a value.</summary>
    /// <param name="value">The value.</param>
    /// <param name="ofNumber">Another number is expected: the one that is there is shown.</param>
    public static string Name(JsonNode value, bool ofNumber = false) =>
        value.GetValueKind() switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => ofNumber ? $"number {value.ToJsonString()}" : "number",
            _ => "bool",
        };
}

/// <summary>A type of a field: its name in Go, and the JSON that fits.</summary>
internal sealed record GoType(string Name, Func<JsonNode, bool> Fits)
{
    public static GoType String { get; } = new("string", value => value.GetValueKind() == JsonValueKind.String);

    public static GoType Int64 { get; } =
        new(
            "int64",
            value =>
                value.GetValueKind() == JsonValueKind.Number
                && long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out _)
        );

    public static GoType Int32 { get; } =
        new(
            "int32",
            value =>
                value.GetValueKind() == JsonValueKind.Number
                && int.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out _)
        );

    public static GoType Bool { get; } =
        new("bool", value => value.GetValueKind() is JsonValueKind.True or JsonValueKind.False);

    public static GoType Struct(string name) => new(name, value => value is JsonObject);

    public static GoType List(string name) => new(name, value => value is JsonArray);
}
