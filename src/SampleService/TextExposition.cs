using System.Globalization;
using System.Text;

namespace SampleService;

/// <summary>Writes Prometheus's text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
internal sealed class TextExposition
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public TextExposition Family(string name, string type, string help)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help, quotes: false)).Append('\n');
        _text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        return this;
    }

    public TextExposition Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        _text.Append(name);
        if (labels.Length > 0)
        {
            var separator = '{';
            foreach (var label in labels)
            {
                _text.Append(separator).Append(label.Name).Append("=\"").Append(Escape(label.Value, quotes: true));
                _text.Append('"');
                separator = ',';
            }

            _text.Append('}');
        }

        _text.Append(' ').Append(Number(value)).Append('\n');
        return this;
    }

    public TextExposition Histogram(
        string name,
        LatencyHistogram histogram,
        params ReadOnlySpan<(string Name, string Value)> labels
    )
    {
        for (var i = 0; i < LatencyHistogram.Bounds.Count; i++)
        {
            Sample($"{name}_bucket", histogram.UpTo(i), [.. labels, ("le", Number(LatencyHistogram.Bounds[i]))]);
        }

        Sample($"{name}_sum", histogram.Sum, labels);
        return Sample($"{name}_count", histogram.UpTo(LatencyHistogram.Bounds.Count - 1), labels);
    }

    public override string ToString() => _text.ToString();

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }
}
