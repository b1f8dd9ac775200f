using System.Globalization;

namespace Binnacle.Api.Syntax;

/// <summary>
/// A Kubernetes quantity: a number with a suffix, <c>Ki Mi Gi Ti Pi Ei</c> (powers of 1024),
/// <c>n u m k M G T P E</c> (powers of 1000) or an exponent.
/// Rule: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/.
/// </summary>
/// <param name="Value">The number that it stands for.</param>
public readonly record struct Quantity(decimal Value)
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m),
        ("Mi", 1_048_576m),
        ("Gi", 1_073_741_824m),
        ("Ti", 1_099_511_627_776m),
        ("Pi", 1_125_899_906_842_624m),
        ("Ei", 1_152_921_504_606_846_976m),
        ("n", 0.000_000_001m),
        ("u", 0.000_001m),
        ("m", 0.001m),
        ("k", 1_000m),
        ("M", 1_000_000m),
        ("G", 1_000_000_000m),
        ("T", 1_000_000_000_000m),
        ("P", 1_000_000_000_000_000m),
        ("E", 1_000_000_000_000_000_000m),
        ("", 1m),
    ];

    /// <summary>Whole bytes, rounded up.</summary>
    public long Bytes => (long)Math.Min(decimal.Ceiling(Value), long.MaxValue);

    /// <summary>Reads a quantity.</summary>
    /// <param name="text">For example <c>20Gi</c>.</param>
    /// <param name="value">What it means; zero when it means nothing.</param>
    public static bool TryParse(string? text, out Quantity value)
    {
        value = default;
        if (string.IsNullOrEmpty(text))
        {
            return false;
        }
        var (suffix, factor) = Suffixes.First(s => text.EndsWith(s.Suffix, StringComparison.Ordinal));
        const NumberStyles style =
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var styleOfNumber = suffix.Length == 0 ? style : style & ~NumberStyles.AllowExponent;
        if (
            !decimal.TryParse(
                text.AsSpan(0, text.Length - suffix.Length),
                styleOfNumber,
                CultureInfo.InvariantCulture,
                out var number
            )
            || number > decimal.MaxValue / Math.Max(factor, 1)
            || number < decimal.MinValue / Math.Max(factor, 1)
        )
        {
            return false;
        }
        value = new Quantity(number * factor);
        return true;
    }

    /// <summary>What is wrong with an amount that must be more than nothing; null when nothing is.</summary>
    public static string? Problem(string? text) =>
        !TryParse(text, out var value)
            ? $"'{text}' is no Kubernetes quantity: write a number with a unit, such as 500m, 512Mi or 20Gi"
        : value.Value <= 0 ? $"'{text}' must be more than 0"
        : null;
}
