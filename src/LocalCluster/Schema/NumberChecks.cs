using System.Text.Json.Nodes;
using LocalCluster.Patching;

namespace LocalCluster.Schema;

/// <summary>Bounds, multiples and ranges of numbers.</summary>
internal static class NumberChecks
{
    /// <summary>Checks a number.</summary>
    /// <param name="schema">Its schema.</param>
    /// <param name="type">The one type it may have; empty when several.</param>
    /// <param name="format">The numeric format; empty for none.</param>
    /// <param name="value">The number.</param>
    /// <param name="path">The path that messages name.</param>
    /// <param name="at">The field of the errors.</param>
    /// <param name="result">Takes the errors.</param>
    public static void Check(
        StructuralSchema schema,
        string type,
        string format,
        JsonNode value,
        string path,
        string at,
        ValidationResult result
    )
    {
        var isInteger = JsonValues.TryInteger(value, out var integer);
        JsonValues.TryNumber(value, out var number);
        if (OutOfRange(type, format, isInteger, integer, number))
        {
            var what = format.Length > 0 ? $"type {type} with format {format}" : $"type {type} (default format)";
            result.Add(FieldError.Invalid(FieldError.Whole, "", $"Checked value must be of {what} in {path}"));
        }
        var checks = schema.Checks;
        if (checks.MultipleOf is { } small && isInteger && (long)small <= 0)
        {
            // Kubernetes cuts the factor to an integer where the value is one.
            result.Add(
                FieldError.Invalid(
                    at,
                    (long)small,
                    $"factor MultipleOf declared for {path} must be positive: {(long)small}"
                )
            );
        }
        else if (checks.MultipleOf is { } factor && !IsMultiple(isInteger, integer, number, factor))
        {
            result.Add(
                FieldError.Invalid(
                    at,
                    value.DeepClone(),
                    $"{path} in body should be a multiple of {Shown(isInteger, factor)}"
                )
            );
        }
        if (checks.Maximum is { } max)
        {
            var over = isInteger ? integer.CompareTo((long)max) : number.CompareTo(max);
            if (over > 0 || (over == 0 && checks.ExclusiveMaximum))
            {
                var bound = checks.ExclusiveMaximum ? "less than" : "less than or equal to";
                result.Add(
                    FieldError.Invalid(
                        at,
                        value.DeepClone(),
                        $"{path} in body should be {bound} {Shown(isInteger, max)}"
                    )
                );
            }
        }
        if (checks.Minimum is { } min)
        {
            var under = isInteger ? integer.CompareTo((long)min) : number.CompareTo(min);
            if (under < 0 || (under == 0 && checks.ExclusiveMinimum))
            {
                var bound = checks.ExclusiveMinimum ? "greater than" : "greater than or equal to";
                result.Add(
                    FieldError.Invalid(
                        at,
                        value.DeepClone(),
                        $"{path} in body should be {bound} {Shown(isInteger, min)}"
                    )
                );
            }
        }
    }

    private static bool OutOfRange(string type, string format, bool isInteger, long integer, double number) =>
        type switch
        {
            "integer" when !isInteger => number != Math.Truncate(number)
                || Math.Abs(number) >= 9.2e18
                || (format == "int32" && Math.Abs(number) > int.MaxValue),
            "integer" when format == "int32" => integer is < int.MinValue or > int.MaxValue,
            "number" when format == "float" => Math.Abs(number) > float.MaxValue,
            _ => false,
        };

    private static bool IsMultiple(bool isInteger, long integer, double number, double factor)
    {
        if (isInteger)
        {
            return integer % (long)factor == 0;
        }
        var times = factor < 1 ? 1 / factor * number : number / factor;
        return Math.Abs(times - Math.Round(times)) <= 1e-9 * Math.Max(1, Math.Abs(times));
    }

    // Bounds of integers are integers, whatever was written.
    private static string Shown(bool isInteger, double bound) =>
        isInteger ? GoFormat.Float(Math.Truncate(bound)) : GoFormat.Float(bound);
}
