using System.Globalization;
using System.Text.Json.Nodes;

namespace LocalCluster.Patching;

/// <summary>Prints values the way Go's fmt package does, since Kubernetes' messages carry them.</summary>
internal static class GoFormat
{
    /// <summary>JSON as <c>%v</c> prints what it is decoded into: <c>map[a:1 b:[x y]]</c>.</summary>
    public static string Value(JsonNode? value) =>
        value switch
        {
            null => "<nil>",
            JsonObject fields =>
                $"map[{string.Join(' ', fields.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}:{Value(f.Value)}"))}]",
            JsonArray items => $"[{string.Join(' ', items.Select(Value))}]",
            _ => JsonValues.AsString(value) ?? value.ToJsonString(),
        };

    /// <summary>A double as <c>%v</c> prints it: shortest digits, exponent form below 1e-4 and from 1e21 on.</summary>
    public static string Float(double value)
    {
        if (double.IsNaN(value))
        {
            return "NaN";
        }
        if (double.IsInfinity(value))
        {
            return value > 0 ? "+Inf" : "-Inf";
        }
        if (value == 0)
        {
            return double.IsNegative(value) ? "-0" : "0";
        }
        var text = value.ToString("E16", CultureInfo.InvariantCulture);
        var exponent = int.Parse(
            text.AsSpan(text.IndexOf('E', StringComparison.Ordinal) + 1),
            CultureInfo.InvariantCulture
        );
        var digits = value.ToString("R", CultureInfo.InvariantCulture);
        if (exponent is >= -4 and < 21)
        {
            return digits.Contains('E', StringComparison.Ordinal)
                ? ((decimal)value).ToString("0.##############################", CultureInfo.InvariantCulture)
                    is var plain
                && double.Parse(plain, CultureInfo.InvariantCulture) == value
                    ? plain
                    : digits
                : digits;
        }
        var mantissa = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        var significant = mantissa.Split('E')[0].Replace(".", "", StringComparison.Ordinal).Trim('0');
        if (significant.Length == 0)
        {
            significant = "0";
        }
        var body = significant.Length == 1 ? significant : significant[..1] + "." + significant[1..];
        return $"{(value < 0 ? "-" : "")}{body}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }
}
