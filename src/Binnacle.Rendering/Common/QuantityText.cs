using System.Globalization;

namespace Binnacle.Rendering.Common;

/// <summary>Kubernetes quantities in the words of other programs.</summary>
internal static class QuantityText
{
    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m),
        ("Mi", 1024m * 1024),
        ("Gi", 1024m * 1024 * 1024),
        ("Ti", 1024m * 1024 * 1024 * 1024),
        ("Pi", 1024m * 1024 * 1024 * 1024 * 1024),
        ("k", 1_000m),
        ("M", 1_000_000m),
        ("G", 1_000_000_000m),
        ("T", 1_000_000_000_000m),
        ("P", 1_000_000_000_000_000m),
    ];

    /// <summary>Bytes for Prometheus, whose units are powers of 1024 whatever they are called: <c>20Gi</c> → <c>20GB</c>.</summary>
    public static string ToPrometheusBytes(string quantity)
    {
        var bytes = Bytes(quantity);
        foreach (var (name, factor) in new[] { ("GB", 1024m * 1024 * 1024), ("MB", 1024m * 1024), ("KB", 1024m) })
        {
            if (bytes >= factor && bytes % factor == 0)
            {
                return (bytes / factor).ToString("0", CultureInfo.InvariantCulture) + name;
            }
        }

        return decimal.Truncate(bytes).ToString("0", CultureInfo.InvariantCulture) + "B";
    }

    private static decimal Bytes(string quantity)
    {
        foreach (var (suffix, factor) in Suffixes)
        {
            if (quantity.EndsWith(suffix, StringComparison.Ordinal))
            {
                return decimal.Parse(quantity[..^suffix.Length], CultureInfo.InvariantCulture) * factor;
            }
        }

        return decimal.Parse(quantity, CultureInfo.InvariantCulture);
    }
}
