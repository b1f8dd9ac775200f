using System.Text.Json.Nodes;
using LocalCluster.Schema;

namespace LocalCluster.ApiServer.Errors;

/// <summary>One fault of one field, in the words of Kubernetes' <c>field.Error</c>.</summary>
/// <param name="Reason">The machine-readable reason, for example <c>FieldValueRequired</c>.</param>
/// <param name="Field">Path of the field.</param>
/// <param name="Message">What is wrong, without the path.</param>
internal sealed record FieldIssue(string Reason, string Field, string Message)
{
    public static FieldIssue Required(string field, string detail = "") =>
        new("FieldValueRequired", field, detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public static FieldIssue Invalid(string field, string value, string detail) =>
        new("FieldValueInvalid", field, $"Invalid value: {FieldError.Quote(value)}: {detail}");

    public static FieldIssue Invalid(string field, JsonNode? value, string detail) =>
        new("FieldValueInvalid", field, $"Invalid value: {value?.ToJsonString() ?? "null"}: {detail}");

    public static FieldIssue Forbidden(string field, string detail) =>
        new("FieldValueForbidden", field, $"Forbidden: {detail}");

    public static FieldIssue Duplicate(string field, string value) =>
        new("FieldValueDuplicate", field, $"Duplicate value: \"{value}\"");

    public static FieldIssue NotSupported(string field, string value, params IEnumerable<string> supported) =>
        new(
            "FieldValueNotSupported",
            field,
            $"Unsupported value: \"{value}\": supported values: {string.Join(", ", supported.Select(v => $"\"{v}\""))}"
        );

    /// <summary>As <see cref="NotSupported(string, string, IEnumerable{string})"/>, of several values.</summary>
    public static FieldIssue NotSupported(string field, IEnumerable<string> values, params string[] supported)
    {
        var quoted = (IEnumerable<string> texts, string between) =>
            string.Join(between, texts.Select(FieldError.Quote));
        return new(
            "FieldValueNotSupported",
            field,
            $"Unsupported value: [{quoted(values, ",")}]: supported values: {quoted(supported, ", ")}"
        );
    }

    public static FieldIssue NotFound(string field, string value) =>
        new("FieldValueNotFound", field, $"Not found: \"{value}\"");

    public override string ToString() => $"{Field}: {Message}";
}
