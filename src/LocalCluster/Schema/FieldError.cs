using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>One fault of an object: a cause of a Status with reason Invalid.</summary>
/// <param name="Path">The field, such as <c>spec.list[0].name</c>; <c>&lt;nil&gt;</c> for the object as a whole.</param>
/// <param name="Reason">The cause's reason, such as <c>FieldValueInvalid</c>.</param>
/// <param name="Message">What is wrong, in Kubernetes' words and without the path.</param>
internal sealed record FieldError(string Path, string Reason, string Message)
{
    /// <summary>The path of an error about the object as a whole.</summary>
    public const string Whole = "<nil>";

    /// <summary>A value that breaks a rule.</summary>
    public static FieldError Invalid(string path, JsonNode? value, string detail) =>
        new(path, "FieldValueInvalid", $"Invalid value: {Shown(value)}: {detail}");

    /// <summary>A value that breaks a rule and is not shown.</summary>
    public static FieldError InvalidWithoutValue(string path, string detail) =>
        new(path, "FieldValueInvalid", $"Invalid value: {detail}");

    /// <summary>A value of a wrong type.</summary>
    public static FieldError TypeInvalid(string path, JsonNode? value, string detail) =>
        new(path, "FieldValueTypeInvalid", $"Invalid value: {Shown(value)}: {detail}");

    /// <summary>A missing value.</summary>
    public static FieldError Required(string path, string detail = "") =>
        new(path, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    /// <summary>Something that must not be there.</summary>
    public static FieldError Forbidden(string path, string detail) =>
        new(path, "FieldValueForbidden", $"Forbidden: {detail}");

    /// <summary>A value that is none of the allowed ones.</summary>
    public static FieldError NotSupported(string path, JsonNode? value, IEnumerable<string> supported) =>
        new(
            path,
            "FieldValueNotSupported",
            $"Unsupported value: {Shown(value)}: supported values: {string.Join(", ", supported.Select(Quote))}"
        );

    /// <summary>A value that occurs twice.</summary>
    public static FieldError Duplicate(string path, JsonNode? value) =>
        new(path, "FieldValueDuplicate", $"Duplicate value: {Shown(value)}");

    /// <summary>A value that occurs twice and is not shown.</summary>
    public static FieldError DuplicateWithoutValue(string path, string detail) =>
        new(path, "FieldValueDuplicate", $"Duplicate value: {detail}");

    /// <summary>A string that is too long.</summary>
    public static FieldError TooLong(string path, long most) =>
        new(path, "FieldValueTooLong", $"Too long: may not be more than {most} {(most == 1 ? "byte" : "bytes")}");

    /// <summary>A list or map with too many items.</summary>
    public static FieldError TooMany(string path, long actual, long most) =>
        new(
            path,
            "FieldValueTooMany",
            $"Too many: {actual}: must have at most {most} {(most == 1 ? "item" : "items")}"
        );

    /// <summary>The errors as the message of a Status lists them: one as it is, several in brackets, equal ones once.</summary>
    public static string Describe(IEnumerable<FieldError> errors)
    {
        var texts = errors.Select(e => e.ToString()).Distinct(StringComparer.Ordinal).ToList();
        return texts.Count == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
    }

    /// <summary>The path of a field of an object.</summary>
    public static string Child(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>A string as Go quotes it.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(
                rune.Value switch
                {
                    '"' => "\\\"",
                    '\\' => "\\\\",
                    '\a' => "\\a",
                    '\b' => "\\b",
                    '\f' => "\\f",
                    '\n' => "\\n",
                    '\r' => "\\r",
                    '\t' => "\\t",
                    '\v' => "\\v",
                    < ' ' or 0x7f => $"\\x{rune.Value:x2}",
                    _ when Rune.IsControl(rune)
                            || Rune.GetUnicodeCategory(rune)
                                is UnicodeCategory.Format
                                    or UnicodeCategory.OtherNotAssigned => rune.Value > 0xffff
                        ? $"\\U{rune.Value:x8}"
                        : $"\\u{rune.Value:x4}",
                    _ => rune.ToString(),
                }
            );
        }
        return quoted.Append('"').ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Message}";

    private static string Shown(JsonNode? value) =>
        JsonValues.Kind(value) == JsonValueKind.String ? Quote(value!.GetValue<string>()) : JsonValues.Canonical(value);
}
