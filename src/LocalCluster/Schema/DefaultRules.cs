using LocalCluster.Cel;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>A default must itself pass the schema that it is a default of.</summary>
internal static class DefaultRules
{
    /// <summary>The faults of all defaults in a schema.</summary>
    public static IReadOnlyList<FieldError> Check(StructuralSchema schema, string path)
    {
        var errors = new List<FieldError>();
        Check(schema, path, "", errors);
        return errors;
    }

    private static void Check(StructuralSchema schema, string path, string inMetadata, List<FieldError> errors)
    {
        if (schema.Default is { } value)
        {
            var at = path + ".default";
            if (inMetadata.Length > 0)
            {
                errors.Add(FieldError.Forbidden(at, $"must not be set in top-level {inMetadata}"));
                return;
            }
            var pruned = value.DeepClone();
            SchemaPruning.Prune(schema, pruned, isResource: false, onUnknown: null);
            if (!JsonValues.Equal(pruned, value))
            {
                errors.Add(FieldError.Invalid(at, value, "must not have unknown fields"));
            }
            var faults = ValueValidator.Validate(schema, Slot.Of(value), Slot.Absent, "", at);
            errors.AddRange(faults);
            if (faults.Count == 0)
            {
                errors.AddRange(RuleValidation.ValidateAt(schema, value, old: null, at));
            }
        }
        if (schema.Items is { } items)
        {
            Check(items, path + ".items", inMetadata, errors);
        }
        if (schema.AdditionalProperties is { } values)
        {
            Check(values, path + ".additionalProperties", inMetadata, errors);
        }
        foreach (var (name, property) in schema.Properties)
        {
            var isRoot =
                !path.Contains(".properties[", StringComparison.Ordinal)
                && !path.Contains(".items", StringComparison.Ordinal);
            var below = isRoot && name is ("metadata" or "apiVersion" or "kind") ? name : inMetadata;
            Check(property, $"{path}.properties[{name}]", below, errors);
        }
    }
}
