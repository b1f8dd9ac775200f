using System.Globalization;

namespace Binnacle.Operator.Components;

/// <summary>Reads single values out of the Prometheus text format.</summary>
internal static class MetricsText
{
    /// <summary>The value of the first sample of a metric, whatever its labels; null when there is none.</summary>
    public static double? Value(string text, string metric)
    {
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (
                line.StartsWith(metric, StringComparison.Ordinal)
                && line.Length > metric.Length
                && line[metric.Length] is ' ' or '{'
                && double.TryParse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture, out var value)
            )
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>The value of a label of the first sample of a metric; null when there is none.</summary>
    public static string? Label(string text, string metric, string label)
    {
        // The names of other labels may end in this one's: goversion, version.
        string[] marks = [$"{{{label}=\"", $",{label}=\""];
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(metric + "{", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var mark in marks)
            {
                if (line.IndexOf(mark, StringComparison.Ordinal) is >= 0 and var from)
                {
                    var rest = line[(from + mark.Length)..];
                    var end = rest.IndexOf('"');
                    return end < 0 ? null : rest[..end].ToString();
                }
            }
        }

        return null;
    }
}
