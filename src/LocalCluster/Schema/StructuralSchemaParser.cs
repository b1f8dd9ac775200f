using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Cel;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>Reads an openAPIV3Schema and says what in it is malformed, not structural or not supported.</summary>
internal sealed class StructuralSchemaParser
{
    private static readonly string[] Types = ["array", "boolean", "integer", "number", "object", "string"];

    private readonly List<FieldError> errors = [];
    private readonly List<string> unknown = [];

    /// <summary>Reads a schema that stands at a path.</summary>
    public SchemaParse Parse(JsonObject source, string path)
    {
        var schema = Read(source, path);
        errors.AddRange(StructuralRules.Check(source, path));
        if (errors.Count == 0)
        {
            errors.AddRange(RuleCompilation.Compile(schema, path));
        }
        if (errors.Count == 0)
        {
            errors.AddRange(DefaultRules.Check(schema, path));
        }
        unknown.Sort(StringComparer.Ordinal);
        return new SchemaParse(errors.Count == 0 ? schema : null, errors, unknown);
    }

    private StructuralSchema Read(JsonObject source, string path)
    {
        var additional = source["additionalProperties"];
        Unsupported(source, path);
        return new StructuralSchema
        {
            Type = Type(source, path),
            Properties = ReadProperties(source, path),
            AdditionalProperties = additional is JsonObject values
                ? Read(values, path + ".additionalProperties")
                : null,
            AllowsAnyProperty = JsonValues.AsBoolean(additional) == true,
            AllowsNoProperty = JsonValues.AsBoolean(additional) == false,
            Items = source["items"] is JsonObject items ? Read(items, path + ".items") : null,
            Default = source["default"]?.DeepClone(),
            Nullable = Flag(source, "nullable", path),
            PreserveUnknownFields = Flag(source, "x-kubernetes-preserve-unknown-fields", path),
            IntOrString = Flag(source, "x-kubernetes-int-or-string", path),
            ListType = OneOf(source, "x-kubernetes-list-type", path, "atomic", "set", "map"),
            ListMapKeys = Strings(source, "x-kubernetes-list-map-keys", path),
            MapType = OneOf(source, "x-kubernetes-map-type", path, "atomic", "granular"),
            Validations = ReadRules(source, path),
            Checks = ReadChecks(source, path),
        };
    }

    private string Type(JsonObject source, string path)
    {
        var type = Text(source, "type", path);
        if (type == "null")
        {
            errors.Add(
                FieldError.Forbidden(path + ".type", "type cannot be set to null, use nullable as an alternative")
            );
        }
        if (type.Length > 0 && !Types.Contains(type, StringComparer.Ordinal))
        {
            errors.Add(FieldError.NotSupported(path + ".type", type, Types));
        }
        return type;
    }

    private Dictionary<string, StructuralSchema> ReadProperties(JsonObject source, string path)
    {
        var properties = new Dictionary<string, StructuralSchema>(StringComparer.Ordinal);
        foreach (var (name, value) in Map(source, "properties", path))
        {
            var at = $"{path}.properties[{name}]";
            if (value is JsonObject property)
            {
                properties[name] = Read(property, at);
            }
            else
            {
                errors.Add(FieldError.Invalid(at, value, "must be a schema object"));
            }
        }
        return properties;
    }

    private ValueChecks ReadChecks(JsonObject source, string path)
    {
        var checks = new ValueChecks
        {
            Format = Text(source, "format", path),
            Maximum = Number(source, "maximum", path),
            ExclusiveMaximum = Flag(source, "exclusiveMaximum", path),
            Minimum = Number(source, "minimum", path),
            ExclusiveMinimum = Flag(source, "exclusiveMinimum", path),
            MultipleOf = Number(source, "multipleOf", path),
            MaxLength = Count(source, "maxLength", path),
            MinLength = Count(source, "minLength", path),
            Pattern = Pattern(source, path),
            MaxItems = Count(source, "maxItems", path),
            MinItems = Count(source, "minItems", path),
            MaxProperties = Count(source, "maxProperties", path),
            MinProperties = Count(source, "minProperties", path),
            Required = Strings(source, "required", path),
            Enum = [.. List(source, "enum", path).Select(v => v?.DeepClone())],
            AllOf = Branches(source, "allOf", path),
            OneOf = Branches(source, "oneOf", path),
            AnyOf = Branches(source, "anyOf", path),
            Not = source["not"] is JsonObject not ? Read(not, path + ".not") : null,
        };
        return checks == ValueChecks.None ? ValueChecks.None : checks;
    }

    private List<StructuralSchema> Branches(JsonObject source, string name, string path)
    {
        var branches = new List<StructuralSchema>();
        foreach (var value in List(source, name, path))
        {
            var at = $"{path}.{name}[{branches.Count}]";
            if (value is not JsonObject branch)
            {
                errors.Add(FieldError.Invalid(at, value, "must be a schema object"));
                branch = [];
            }
            branches.Add(Read(branch, at));
        }
        return branches;
    }

    private List<ValidationRule> ReadRules(JsonObject source, string path)
    {
        var rules = new List<ValidationRule>();
        foreach (var value in List(source, "x-kubernetes-validations", path))
        {
            var at = $"{path}.x-kubernetes-validations[{rules.Count}]";
            if (value is not JsonObject rule)
            {
                errors.Add(FieldError.Invalid(at, value, "must be an object"));
                rule = [];
            }
            foreach (var (name, _) in rule)
            {
                if (
                    name
                    is not ("rule" or "message" or "messageExpression" or "reason" or "fieldPath" or "optionalOldSelf")
                )
                {
                    unknown.Add($"{at}.{name}");
                }
            }
            rules.Add(
                new ValidationRule(
                    Text(rule, "rule", at),
                    Text(rule, "message", at),
                    Text(rule, "messageExpression", at),
                    Text(rule, "reason", at),
                    Text(rule, "fieldPath", at),
                    rule.ContainsKey("optionalOldSelf") ? Flag(rule, "optionalOldSelf", at) : null
                )
            );
            CheckRule(rule, rules[^1], at);
        }
        return rules;
    }

    private void CheckRule(JsonObject source, ValidationRule rule, string at)
    {
        var (text, message) = (rule.Rule.Trim(), rule.Message.Trim());
        if (text.Length == 0)
        {
            errors.Add(FieldError.Required(at + ".rule", "rule is not specified"));
        }
        else if (rule.Message.Length > 0 && message.Length == 0)
        {
            errors.Add(FieldError.Invalid(at + ".message", rule.Message, "must be non-empty if specified"));
        }
        else if (message.Contains('\n', StringComparison.Ordinal))
        {
            errors.Add(FieldError.Invalid(at + ".message", rule.Message, "must not contain line breaks"));
        }
        else if (text.Contains('\n', StringComparison.Ordinal) && message.Length == 0)
        {
            errors.Add(FieldError.Required(at + ".message", "message must be specified if rule contains line breaks"));
        }
        if (rule.MessageExpression.Length > 0 && rule.MessageExpression.Trim().Length == 0)
        {
            errors.Add(
                FieldError.Required(at + ".messageExpression", "messageExpression must be non-empty if specified")
            );
        }
        string[] reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
        if (source.ContainsKey("reason") && !reasons.Contains(rule.Reason, StringComparer.Ordinal))
        {
            errors.Add(FieldError.NotSupported(at + ".reason", rule.Reason, reasons));
        }
        if (rule.FieldPath.Contains('\n', StringComparison.Ordinal))
        {
            errors.Add(FieldError.Invalid(at + ".fieldPath", rule.FieldPath, "must not contain line breaks"));
        }
    }

    private void Unsupported(JsonObject source, string path)
    {
        foreach (var (name, value) in source)
        {
            switch (name)
            {
                case "type" or "properties" or "additionalProperties" or "items" or "default" or "nullable" or "format":
                case "maximum"
                or "exclusiveMaximum"
                or "minimum"
                or "exclusiveMinimum"
                or "multipleOf"
                or "maxLength"
                or "minLength":
                case "pattern"
                or "maxItems"
                or "minItems"
                or "maxProperties"
                or "minProperties"
                or "required"
                or "enum":
                case "allOf"
                or "oneOf"
                or "anyOf"
                or "not"
                or "description"
                or "title"
                or "example"
                or "externalDocs"
                or "$schema":
                case "x-kubernetes-preserve-unknown-fields" or "x-kubernetes-int-or-string" or "x-kubernetes-list-type":
                case "x-kubernetes-list-map-keys" or "x-kubernetes-map-type" or "x-kubernetes-validations":
                    break;
                case "uniqueItems":
                    if (JsonValues.AsBoolean(value) == true)
                    {
                        errors.Add(
                            FieldError.Forbidden(
                                path + ".uniqueItems",
                                "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"
                            )
                        );
                    }
                    break;
                case "id" or "additionalItems" or "patternProperties" or "definitions" or "dependencies" or "$ref":
                    errors.Add(FieldError.Forbidden($"{path}.{name}", $"{name} is not supported"));
                    break;
                case "x-kubernetes-embedded-resource":
                    if (JsonValues.AsBoolean(value) == true)
                    {
                        errors.Add(
                            FieldError.Forbidden(
                                $"{path}.{name}",
                                "embedded resources are not supported by this server"
                            )
                        );
                    }
                    break;
                default:
                    unknown.Add($"{path}.{name}");
                    break;
            }
        }
        if (source["items"] is JsonArray)
        {
            errors.Add(FieldError.Forbidden(path + ".items", "items must be a schema object and not an array"));
        }
        if (
            JsonValues.AsString(source["format"])
            is "bsonobjectid"
                or "isbn"
                or "isbn10"
                or "isbn13"
                or "creditcard"
                or "rgbcolor"
        )
        {
            errors.Add(
                FieldError.Forbidden(path + ".format", $"the format {source["format"]} is not supported by this server")
            );
        }
    }

    private Re2Pattern? Pattern(JsonObject source, string path)
    {
        var text = Text(source, "pattern", path);
        if (text.Length == 0)
        {
            return null;
        }
        try
        {
            return Re2Pattern.Compile(text);
        }
        catch (FormatException e)
        {
            errors.Add(
                FieldError.Invalid(
                    path + ".pattern",
                    text,
                    $"must be a valid regular expression, but isn't: {e.Message}"
                )
            );
            return null;
        }
    }

    private string? OneOf(JsonObject source, string name, string path, params string[] values)
    {
        var text = Text(source, name, path);
        if (text.Length > 0 && !values.Contains(text, StringComparer.Ordinal))
        {
            errors.Add(FieldError.NotSupported($"{path}.{name}", text, values));
        }
        return text.Length == 0 ? null : text;
    }

    private string Text(JsonObject source, string name, string path) =>
        source[name] is { } value ? JsonValues.AsString(value) ?? Wrong(path, name, value, "must be a string", "") : "";

    private bool Flag(JsonObject source, string name, string path) =>
        source[name] is { } value
        && (JsonValues.AsBoolean(value) ?? Wrong(path, name, value, "must be a boolean", false));

    private double? Number(JsonObject source, string name, string path) =>
        source[name] is not { } value ? null
        : JsonValues.TryNumber(value, out var number) ? number
        : Wrong<double?>(path, name, value, "must be a number", null);

    private long? Count(JsonObject source, string name, string path) =>
        source[name] is not { } value ? null
        : JsonValues.TryInteger(value, out var count) ? count
        : Wrong<long?>(path, name, value, "must be an integer", null);

    private IEnumerable<JsonNode?> List(JsonObject source, string name, string path) =>
        source[name] is not { } value
            ? []
            : value as JsonArray ?? Wrong<JsonArray>(path, name, value, "must be a list", []);

    private JsonObject Map(JsonObject source, string name, string path) =>
        source[name] is not { } value
            ? []
            : value as JsonObject ?? Wrong<JsonObject>(path, name, value, "must be an object", []);

    private List<string> Strings(JsonObject source, string name, string path)
    {
        var strings = new List<string>();
        foreach (var value in List(source, name, path))
        {
            strings.Add(
                JsonValues.AsString(value)
                    ?? Wrong($"{path}", $"{name}[{strings.Count}]", value, "must be a string", "")
            );
        }
        return strings;
    }

    private T Wrong<T>(string path, string name, JsonNode? value, string detail, T fallback)
    {
        errors.Add(
            JsonValues.Kind(value) is JsonValueKind.Null
                ? FieldError.Required($"{path}.{name}", detail)
                : FieldError.Invalid($"{path}.{name}", value, detail)
        );
        return fallback;
    }
}
