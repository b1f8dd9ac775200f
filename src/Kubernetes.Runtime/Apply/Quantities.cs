using System.Globalization;

namespace Kubernetes.Runtime.Apply;

/// <summary>
/// Amounts as Kubernetes writes them, compared by what they mean
/// (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/).
/// </summary>
internal static class Quantities
{
    /// <summary>Whether two texts mean the same amount; false when one is no quantity.</summary>
    public static bool AreSame(string left, string right) =>
        Parse(left) is { } one && Parse(right) is { } other && one == other;

    /// <summary>The amount; null when the text is no quantity, or one that no machine has.</summary>
    public static decimal? Parse(string? text)
    {
        var digits = text.AsSpan().TrimEnd("KMGTPEkmnui");
        var unit = text.AsSpan(digits.Length) switch
        {
            "" => 1m,
            "n" => 1e-9m,
            "u" => 1e-6m,
            "m" => 1e-3m,
            "k" => 1e3m,
            "M" => 1e6m,
            "G" => 1e9m,
            "T" => 1e12m,
            "P" => 1e15m,
            "E" => 1e18m,
            "Ki" => 1024m,
            "Mi" => 1048576m,
            "Gi" => 1073741824m,
            "Ti" => 1099511627776m,
            "Pi" => 1125899906842624m,
            "Ei" => 1152921504606846976m,
            _ => 0m,
        };
        return
            unit != 0
            && decimal.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && Math.Abs(value) <= decimal.MaxValue / Math.Max(unit, 1)
            ? value * unit
            : null;
    }
}
