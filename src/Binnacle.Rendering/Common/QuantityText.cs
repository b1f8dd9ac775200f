using System.Globalization;
using Binnacle.Api.Syntax;

namespace Binnacle.Rendering.Common;

/// <summary>Kubernetes quantities in the words of other programs.</summary>
internal static class QuantityText
{
    private static readonly (string Name, long Factor)[] _units =
    [
        ("GB", 1L << 30),
        ("MB", 1L << 20),
        ("KB", 1L << 10),
    ];

    /// <summary>Bytes for Prometheus, whose units are powers of 1024 whatever they are called: <c>20Gi</c> → <c>20GB</c>.</summary>
    /// <exception cref="FormatException">It is no quantity; validation refuses those.</exception>
    public static string ToPrometheusBytes(string quantity)
    {
        if (!Quantity.TryParse(quantity, out var value))
        {
            throw new FormatException(Quantity.Problem(quantity));
        }

        var bytes = value.Bytes;
        var (name, factor) = _units.FirstOrDefault(unit => bytes >= unit.Factor && bytes % unit.Factor == 0, ("B", 1));
        return (bytes / factor).ToString(CultureInfo.InvariantCulture) + name;
    }
}
