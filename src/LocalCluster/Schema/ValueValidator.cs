using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>Checks values against a schema, in the words of Kubernetes' OpenAPI validator.</summary>
internal sealed class ValueValidator
{
    private readonly string prefix;

    private ValueValidator(string prefix) => this.prefix = prefix;

    /// <summary>Checks a value.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="value">The value.</param>
    /// <param name="old">What it was before an update: faults in parts that did not change are let pass.</param>
    /// <param name="path">The path that messages name.</param>
    /// <param name="prefix">What stands before the path in the errors' fields.</param>
    public static IReadOnlyList<FieldError> Validate(
        StructuralSchema schema,
        Slot value,
        Slot old,
        string path,
        string prefix
    ) => new ValueValidator(prefix).Ratchet(schema, value.Node, old, path).Errors;

    private ValidationResult Ratchet(StructuralSchema schema, JsonNode? value, Slot old, string path)
    {
        var result = Check(schema, value, old, path);
        return !result.IsValid && old.Present && JsonValues.Equal(value, old.Node) ? result.Forgiven() : result;
    }

    private ValidationResult Check(StructuralSchema schema, JsonNode? value, Slot old, string path)
    {
        var result = new ValidationResult();
        var format = SchemaFormats.IsKnown(schema.IntOrString ? "" : schema.Type, schema.Checks.Format)
            ? schema.Checks.Format
            : "";
        var types =
            schema.IntOrString ? (string[])["integer", "string"]
            : schema.Type.Length == 0 ? []
            : [schema.Type];
        if (value is null)
        {
            if (types.Length > 0 && !schema.Nullable)
            {
                result.Add(WrongType(path, string.Join(',', types), "null"));
            }
            CheckEnum(schema, value, path, result);
            return result;
        }
        if (types.Length > 0 || format.Length > 0)
        {
            CheckType(types, format, value, path, result);
            result.Count();
        }
        CheckJunctors(schema, value, old, path, result);
        result.Count();
        switch (JsonValues.Kind(value))
        {
            case JsonValueKind.String:
                CheckString(schema.Checks, value.GetValue<string>(), path, result);
                result.Count();
                if (format.Length > 0)
                {
                    if (!SchemaFormats.Matches(format, value.GetValue<string>()))
                    {
                        result.Add(WrongType(path, format, value.GetValue<string>()));
                    }
                    result.Count();
                }
                break;
            case JsonValueKind.Number:
                NumberChecks.Check(schema, types.Length == 1 ? types[0] : "", format, value, path, At(path), result);
                result.Count();
                result.Count();
                break;
            case JsonValueKind.Array:
                CheckList(schema, value.AsArray(), old, path, result);
                result.Count();
                break;
        }
        CheckEnum(schema, value, path, result);
        result.Count();
        if (value is JsonObject map)
        {
            CheckMap(schema, map, old, path, result);
            result.Count();
        }
        result.Count();
        return result;
    }

    private string At(string path)
    {
        var name = path.StartsWith('.') ? path[1..] : path;
        if (prefix.Length == 0)
        {
            return name.Length == 0 ? FieldError.Whole : name;
        }
        return name.Length == 0 ? prefix : $"{prefix}.{name}";
    }

    private FieldError WrongType(string path, string type, string actual) =>
        FieldError.TypeInvalid(
            At(path),
            JsonValue.Create(actual),
            $"{path} in body must be of type {type}: {FieldError.Quote(actual)}"
        );

    private void CheckType(string[] types, string format, JsonNode value, string path, ValidationResult result)
    {
        var kind = JsonValues.Kind(value);
        var (type, its) = kind switch
        {
            JsonValueKind.String => ("string", ""),
            JsonValueKind.Number => JsonValues.TryInteger(value, out _) ? ("integer", "int64") : ("number", "float64"),
            JsonValueKind.Array => ("array", ""),
            JsonValueKind.Object => ("object", ""),
            _ => ("boolean", ""),
        };
        var fits =
            types.Contains(type, StringComparer.Ordinal)
            || (
                type == "number"
                && types.Contains("integer", StringComparer.Ordinal)
                && JsonValues.TryNumber(value, out var d)
                && IsWhole(d)
            )
            || (type == "integer" && types.Contains("number", StringComparer.Ordinal));
        if (kind is not (JsonValueKind.String or JsonValueKind.Array) && format.Length > 0 && !(fits || its == format))
        {
            result.Add(WrongType(path, format, its));
            return;
        }
        var numeric =
            types.Contains("number", StringComparer.Ordinal) || types.Contains("integer", StringComparer.Ordinal);
        if (!numeric && format.Length > 0 && kind is (JsonValueKind.String or JsonValueKind.Array))
        {
            result.Count();
            return;
        }
        if (!fits)
        {
            result.Add(WrongType(path, string.Join(',', types), type));
            return;
        }
        result.Count();
    }

    private static bool IsWhole(double number) => Math.Abs(number) <= (1L << 53) - 1 && number == Math.Truncate(number);

    private void CheckJunctors(StructuralSchema schema, JsonNode value, Slot old, string path, ValidationResult result)
    {
        var checks = schema.Checks;
        var name = FieldError.Quote(path);
        if (checks.AnyOf.Count > 0)
        {
            ValidationResult? best = null;
            var valid = false;
            foreach (var branch in checks.AnyOf)
            {
                var tried = Check(branch, value, old, path);
                if (tried.IsValid)
                {
                    (best, valid) = (tried, true);
                    break;
                }
                best = best is null || tried.Checks > best.Checks ? tried : best;
            }
            if (!valid)
            {
                result.Add(Composite($"{name} must validate at least one schema (anyOf)"));
            }
            result.Merge(best!);
        }
        if (checks.OneOf.Count > 0)
        {
            CheckOneOf(checks.OneOf, value, old, path, result);
        }
        if (checks.AllOf.Count > 0)
        {
            var valid = 0;
            foreach (var branch in checks.AllOf)
            {
                var tried = Check(branch, value, old, path);
                valid += tried.IsValid ? 1 : 0;
                result.Merge(tried);
            }
            if (valid != checks.AllOf.Count)
            {
                result.Add(
                    Composite($"{name} must validate all the schemas (allOf){(valid == 0 ? ". None validated" : "")}")
                );
            }
        }
        if (checks.Not is { } not && Check(not, value, old, path).IsValid)
        {
            result.Add(Composite($"{name} must not validate the schema (not)"));
        }
        result.Count();
    }

    private void CheckOneOf(
        IReadOnlyList<StructuralSchema> branches,
        JsonNode value,
        Slot old,
        string path,
        ValidationResult result
    )
    {
        ValidationResult? failed = null;
        ValidationResult? succeeded = null;
        var valid = 0;
        foreach (var branch in branches)
        {
            var tried = Check(branch, value, old, path);
            if (tried.IsValid)
            {
                valid++;
                failed = null;
                succeeded ??= tried;
            }
            else if (valid == 0 && (failed is null || tried.Checks > failed.Checks))
            {
                failed = tried;
            }
        }
        if (valid == 1)
        {
            result.Merge(succeeded!);
            return;
        }
        var found = valid == 0 ? "Found none valid" : $"Found {valid} valid alternatives";
        result.Add(Composite($"{FieldError.Quote(path)} must validate one and only one schema (oneOf). {found}"));
        if (failed is not null)
        {
            result.Merge(failed);
        }
    }

    private FieldError Composite(string message) =>
        FieldError.Invalid(prefix.Length == 0 ? FieldError.Whole : prefix, "", message);

    private void CheckString(ValueChecks checks, string text, string path, ValidationResult result)
    {
        // Lengths count characters, not UTF-16 units.
        var length = text.EnumerateRunes().Count();
        if (checks.MaxLength is { } max && length > max)
        {
            result.Add(FieldError.TooLong(At(path), max));
        }
        else if (checks.MinLength is { } min && length < min)
        {
            result.Add(FieldError.Invalid(At(path), text, $"{path} in body should be at least {min} chars long"));
        }
        else if (checks.Pattern is { } pattern && !pattern.IsMatch(text))
        {
            result.Add(FieldError.Invalid(At(path), text, $"{path} in body should match '{pattern.Source}'"));
        }
    }

    private void CheckList(StructuralSchema schema, JsonArray list, Slot old, string path, ValidationResult result)
    {
        if (schema.Items is { } items)
        {
            var before = schema.ListType == "map" ? old.Node as JsonArray : null;
            for (var i = 0; i < list.Count; i++)
            {
                var oldItem = before is null ? Slot.Absent : ListUniqueness.Correlate(schema, before, list[i]);
                result.Merge(Ratchet(items, list[i], oldItem, $"{path}[{i.ToString(CultureInfo.InvariantCulture)}]"));
            }
        }
        if (schema.Checks.MinItems is { } min && list.Count < min)
        {
            result.Add(FieldError.Invalid(At(path), list.Count, $"{path} in body should have at least {min} items"));
        }
        if (schema.Checks.MaxItems is { } max && list.Count > max)
        {
            result.Add(FieldError.TooMany(At(path), list.Count, max));
        }
        result.Count();
    }

    private void CheckEnum(StructuralSchema schema, JsonNode? value, string path, ValidationResult result)
    {
        var allowed = schema.Checks.Enum;
        if (allowed.Count > 0 && (value is null || !allowed.Any(a => a is not null && JsonValues.Equal(a, value))))
        {
            result.Add(
                FieldError.NotSupported(
                    At(path),
                    value,
                    allowed.Select(a => JsonValues.AsString(a) ?? JsonValues.Canonical(a))
                )
            );
        }
    }

    private void CheckMap(StructuralSchema schema, JsonObject map, Slot old, string path, ValidationResult result)
    {
        var checks = schema.Checks;
        if (checks.MinProperties is { } min && map.Count < min)
        {
            result.Add(
                FieldError.Invalid(At(path), map.Count, $"{path} in body should have at least {min} properties")
            );
        }
        if (checks.MaxProperties is { } max && map.Count > max)
        {
            result.Add(FieldError.TooMany(At(path), map.Count, max));
        }
        foreach (var name in schema.AllowsNoProperty ? map.Select(p => p.Key) : [])
        {
            result.Add(FieldError.Invalid(At(path), name, $"{path}.{name} in body is a forbidden property"));
        }
        var before = old.Node as JsonObject;
        if (schema.AdditionalProperties is { } values)
        {
            foreach (var (name, child) in map)
            {
                if (!schema.Properties.ContainsKey(name))
                {
                    result.Merge(Ratchet(values, child, Slot.Field(before, name), $"{path}.{name}"));
                }
            }
        }
        foreach (var (name, property) in schema.Properties)
        {
            if (map.TryGetPropertyValue(name, out var child))
            {
                result.Merge(Ratchet(property, child, Slot.Field(before, name), FieldError.Child(path, name)));
            }
        }
        foreach (var name in checks.Required)
        {
            if (!map.ContainsKey(name))
            {
                result.Add(FieldError.Required(At($"{path}.{name}")));
            }
        }
    }
}
