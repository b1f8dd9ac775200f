using System.Text.Json.Nodes;
using LocalCluster.Cel;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>Checks a whole resource: values, list uniqueness, validation rules.</summary>
internal static class SchemaValidation
{
    private const string Unchecked =
        "Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation";

    /// <summary>All faults of a resource; rules are not evaluated where others already found what blocks them.</summary>
    public static IReadOnlyList<FieldError> Validate(
        StructuralSchema schema,
        JsonNode value,
        JsonNode? old,
        bool blocked = false
    )
    {
        var errors = new List<FieldError>(ValueValidator.Validate(schema, Slot.Of(value), OldOf(old), "", ""));
        AddListsAndRules(schema, value, old, blocked, errors);
        return errors;
    }

    /// <summary>All faults of a resource whose status alone is written: its other values are not checked again, its rules are.</summary>
    public static IReadOnlyList<FieldError> ValidateStatus(
        StructuralSchema schema,
        JsonNode value,
        JsonNode? old,
        bool blocked = false
    )
    {
        var errors = new List<FieldError>();
        if (
            schema.Properties.TryGetValue("status", out var status)
            && Slot.Field(value as JsonObject, "status") is { Present: true } written
        )
        {
            errors.AddRange(
                ValueValidator.Validate(status, written, Slot.Field(old as JsonObject, "status"), "", "status")
            );
        }
        AddListsAndRules(schema, value, old, blocked, errors);
        return errors;
    }

    /// <summary>True for a fault that keeps rules from being evaluated.</summary>
    public static bool Blocks(string reason) =>
        reason
            is "FieldValueNotSupported"
                or "FieldValueRequired"
                or "FieldValueTooLong"
                or "FieldValueTooMany"
                or "FieldValueTypeInvalid";

    private static Slot OldOf(JsonNode? old) => old is null ? Slot.Absent : Slot.Of(old);

    private static void AddListsAndRules(
        StructuralSchema schema,
        JsonNode value,
        JsonNode? old,
        bool blocked,
        List<FieldError> errors
    )
    {
        if (old is null || ListUniqueness.Check(schema, old).Count == 0)
        {
            errors.AddRange(ListUniqueness.Check(schema, value));
        }
        if (!RuleValidation.HasRules(schema))
        {
            return;
        }
        if (blocked || errors.Exists(e => Blocks(e.Reason)))
        {
            errors.Add(new FieldError(FieldError.Whole, "FieldValueInvalid", Unchecked));
            return;
        }
        errors.AddRange(RuleValidation.Validate(schema, value, old));
    }
}
