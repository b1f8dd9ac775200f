using System.Globalization;

namespace Kubernetes.Runtime.Telemetry.Exposition;

/// <summary>A text format in which Prometheus reads metrics.</summary>
/// <param name="IsOpenMetrics">OpenMetrics 1.0, which carries exemplars; else Prometheus' own, 0.0.4.</param>
/// <param name="ContentType">The Content-Type of an answer in it.</param>
public sealed record ExpositionFormat(bool IsOpenMetrics, string ContentType)
{
    private const string OpenMetricsType = "application/openmetrics-text";

    /// <summary>https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format</summary>
    public static ExpositionFormat PrometheusText { get; } = new(false, "text/plain; version=0.0.4; charset=utf-8");

    /// <summary>https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md</summary>
    public static ExpositionFormat OpenMetrics { get; } = new(true, $"{OpenMetricsType}; version=1.0.0; charset=utf-8");

    /// <summary>
    /// The format that a client likes best. Who names neither (a browser, curl, a scraper that knows protobuf only)
    /// gets Prometheus' own.
    /// </summary>
    /// <param name="accept">The Accept header as it came; null or empty: none.</param>
    public static ExpositionFormat Negotiate(string? accept)
    {
        double openMetrics = 0;
        double text = 0;
        foreach (var range in (accept ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            var parts = range.Split(';', StringSplitOptions.TrimEntries);
            var version = Parameter(parts, "version");
            var quality = Quality(parts);
            if (parts[0].Equals(OpenMetricsType, StringComparison.OrdinalIgnoreCase) && version is null or "1.0.0")
            {
                openMetrics = Math.Max(openMetrics, quality);
            }
            else if (parts[0].Equals("text/plain", StringComparison.OrdinalIgnoreCase) || parts[0] is "text/*" or "*/*")
            {
                text = Math.Max(text, quality);
            }
        }

        return openMetrics > 0 && openMetrics >= text ? OpenMetrics : PrometheusText;
    }

    private static string? Parameter(string[] parts, string name)
    {
        foreach (var part in parts.Skip(1))
        {
            var pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair.Length == 2 && pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return pair[1].Trim('"');
            }
        }

        return null;
    }

    private static double Quality(string[] parts) =>
        Parameter(parts, "q") is not { } q ? 1
        : double.TryParse(q, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var quality) ? quality
        : 0;
}
