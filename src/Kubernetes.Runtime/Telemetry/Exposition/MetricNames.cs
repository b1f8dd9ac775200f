using System.Diagnostics.Metrics;

namespace Kubernetes.Runtime.Telemetry.Exposition;

/// <summary>
/// Names of instruments as Prometheus wants them: our own are so already; those of .NET (<c>dotnet.gc.collections</c>,
/// unit <c>{collection}</c>) are translated as OpenTelemetry does it.
/// </summary>
/// <remarks>https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/</remarks>
internal static class MetricNames
{
    /// <summary>The family's name for an instrument.</summary>
    public static string Of(Instrument instrument, MetricType type)
    {
        var name = Clean(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "1" when type == MetricType.Gauge => "ratio",
            _ => "",
        };
        if (unit.Length > 0 && !name.EndsWith('_' + unit, StringComparison.Ordinal))
        {
            name = $"{name}_{unit}";
        }

        return type == MetricType.Counter && !name.EndsWith("_total", StringComparison.Ordinal)
            ? name + "_total"
            : name;
    }

    /// <summary>A label's or metric's name with an underscore for everything that may not stand in one.</summary>
    public static string Clean(string name)
    {
        if (name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(IsFit))
        {
            return name;
        }

        var clean = string.Concat(name.Select(c => IsFit(c) ? c : '_'));
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? '_' + clean : clean;
    }

    private static bool IsFit(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
