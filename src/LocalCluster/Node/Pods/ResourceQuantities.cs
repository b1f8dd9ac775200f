using System.Globalization;
using System.Text.Json;
using Kubernetes.Models;

namespace LocalCluster.Node.Pods;

/// <summary><c>resourceFieldRef</c>: a container's own limits and requests as whole numbers.</summary>
internal static class ResourceQuantities
{
    private static readonly (string Suffix, double Factor)[] Suffixes =
    [
        ("Ki", 1024d),
        ("Mi", 1024d * 1024),
        ("Gi", 1024d * 1024 * 1024),
        ("Ti", 1024d * 1024 * 1024 * 1024),
        ("m", 1e-3),
        ("k", 1e3),
        ("M", 1e6),
        ("G", 1e9),
        ("T", 1e12),
    ];

    /// <summary>Rounded up in units of the divisor; of the machine itself where the container has no limit. Null when unknown.</summary>
    public static string? Find(Container container, JsonElement reference)
    {
        var resource = reference.TryGetProperty("resource", out var r) ? r.GetString() ?? "" : "";
        var divisor = reference.TryGetProperty("divisor", out var d) ? Parse(d.ToString()) : 1;
        var parts = resource.Split('.', 2);
        if (parts is not ["limits" or "requests", var name] || divisor is null)
        {
            return null;
        }

        var given = (
            parts[0] == "limits" ? container.Resources?.Limits : container.Resources?.Requests
        )?.GetValueOrDefault(name);
        var value =
            given is not null ? Parse(given)
            : parts[0] == "requests" ? 0
            : name switch
            {
                "cpu" => Environment.ProcessorCount,
                "memory" => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
                _ => null,
            };
        var unit = divisor is 0 ? 1 : divisor.Value;
        return value is null ? null : Math.Ceiling(value.Value / unit).ToString("F0", CultureInfo.InvariantCulture);
    }

    /// <summary>The number of a quantity such as <c>250m</c> or <c>1.5Gi</c>; null when it is none.</summary>
    internal static double? Parse(string quantity)
    {
        foreach (var (suffix, factor) in Suffixes)
        {
            if (quantity.EndsWith(suffix, StringComparison.Ordinal))
            {
                return Number(quantity[..^suffix.Length]) * factor;
            }
        }

        return Number(quantity);
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
