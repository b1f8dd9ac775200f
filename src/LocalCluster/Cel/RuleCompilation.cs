using System.Text.Json.Nodes;
using LocalCluster.Patching;
using LocalCluster.Schema;

namespace LocalCluster.Cel;

/// <summary>Compiles all validation rules of a schema.</summary>
internal sealed class RuleCompilation
{
    private readonly List<FieldError> errors = [];

    /// <summary>Compiles the rules, and says what is wrong with them.</summary>
    public static IReadOnlyList<FieldError> Compile(StructuralSchema schema, string path)
    {
        var compilation = new RuleCompilation();
        compilation.Compile(schema, path, isResource: true, uncorrelated: null);
        return compilation.errors;
    }

    private void Compile(StructuralSchema schema, string path, bool isResource, string? uncorrelated)
    {
        if (schema.Validations.Count > 0)
        {
            var type = CelSchema.TypeOf(schema, isResource);
            if (type is null)
            {
                const string Problem =
                    "Internal error: internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations";
                errors.Add(new FieldError(path + ".x-kubernetes-validations", "InternalError", Problem));
            }
            for (var i = 0; type is not null && i < schema.Validations.Count; i++)
            {
                Compile(schema, schema.Validations[i], type, $"{path}.x-kubernetes-validations[{i}]", uncorrelated);
            }
        }
        if (schema.Items is { } items)
        {
            // Items of other lists than maps have no old value to compare with.
            Compile(
                items,
                path + ".items",
                isResource: false,
                schema.ListType == "map" ? uncorrelated : uncorrelated ?? path
            );
        }
        if (schema.AdditionalProperties is { } values)
        {
            Compile(values, path + ".additionalProperties", isResource: false, uncorrelated);
        }
        foreach (var (name, property) in schema.Properties)
        {
            Compile(property, $"{path}.properties[{name}]", isResource: false, uncorrelated);
        }
    }

    private void Compile(StructuralSchema schema, ValidationRule rule, CelType type, string at, string? uncorrelated)
    {
        var optional = rule.OptionalOldSelf == true;
        var variables = new Dictionary<string, CelType>(StringComparer.Ordinal)
        {
            ["self"] = type,
            ["oldSelf"] = optional ? CelType.Optional(type) : type,
        };
        var condition = CompiledRule.Compile(rule.Rule, CelType.Bool, variables, "", out var error);
        if (condition is null)
        {
            errors.Add(Broken(at + ".rule", rule, error));
            return;
        }
        CelExpression? message = null;
        if (rule.MessageExpression.Length > 0)
        {
            message = CompiledRule.Compile(
                rule.MessageExpression,
                CelType.String,
                variables,
                "messageExpression",
                out error
            );
            if (message is null)
            {
                errors.Add(Broken(at + ".messageExpression", rule, error));
            }
        }
        var fieldPath = rule.FieldPath.Length == 0 ? "" : RuleFieldPath.Normalize(rule.FieldPath, schema);
        if (fieldPath is null)
        {
            errors.Add(FieldError.Invalid(at + ".fieldPath", rule.FieldPath, "must be a valid path"));
        }
        var usesOld = CompiledRule.Uses(condition, "oldSelf");
        if (usesOld && uncorrelated is not null)
        {
            errors.Add(
                FieldError.Invalid(
                    at + ".rule",
                    rule.Rule,
                    $"oldSelf cannot be used on the uncorrelatable portion of the schema within {uncorrelated}"
                )
            );
        }
        else if (!usesOld && rule.OptionalOldSelf is { } stated)
        {
            errors.Add(
                FieldError.Invalid(at + ".optionalOldSelf", stated, "may not be set if oldSelf is not used in rule")
            );
        }
        rule.Compiled = new CompiledRule(condition, message, usesOld, fieldPath ?? "");
    }

    /// <summary>An error that shows the rule as Kubernetes does, in its internal form.</summary>
    private static FieldError Broken(string at, ValidationRule rule, string error)
    {
        var shown = new JsonObject
        {
            ["Rule"] = rule.Rule,
            ["Message"] = rule.Message,
            ["MessageExpression"] = rule.MessageExpression,
            ["Reason"] = rule.Reason.Length == 0 ? null : rule.Reason,
            ["FieldPath"] = rule.FieldPath,
            ["OptionalOldSelf"] = rule.OptionalOldSelf,
        };
        var fields = shown.Select(p => $"\"{p.Key}\":{JsonValues.Canonical(p.Value)}");
        return new FieldError(at, "FieldValueInvalid", $"Invalid value: {{{string.Join(',', fields)}}}: {error}");
    }
}
