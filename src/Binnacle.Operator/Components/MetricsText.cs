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
        var mark = $"{label}=\"";
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (!line.StartsWith(metric + "{", StringComparison.Ordinal))
            {
                continue;
            }

            // Behind a brace or a comma: another label's name may end like this one.
            var from = line.IndexOf("{" + mark, StringComparison.Ordinal);
            from = from < 0 ? line.IndexOf("," + mark, StringComparison.Ordinal) : from;
            if (from < 0)
            {
                continue;
            }

            var rest = line[(from + 1 + mark.Length)..];
            var end = rest.IndexOf('"');
            return end < 0 ? null : rest[..end].ToString();
        }

        return null;
    }
}
