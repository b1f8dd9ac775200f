using System.Globalization;
using System.Text;

namespace Kubernetes.Runtime.Telemetry.Exposition;

/// <summary>
/// Writes metrics for Prometheus to read. Counters' start times (<c>_created</c>) are not written: Prometheus takes
/// them for series of their own unless told otherwise.
/// </summary>
public static class ExpositionWriter
{
    private const string Total = "_total";

    /// <summary>OpenMetrics wants a unit only where the name ends in it.</summary>
    private static readonly string[] Units = ["seconds", "bytes", "ratio"];

    /// <summary>The whole answer.</summary>
    public static string Write(IEnumerable<MetricFamily> families, ExpositionFormat format)
    {
        var text = new StringBuilder(16 * 1024);
        foreach (var family in families.OrderBy(family => family.Name, StringComparer.Ordinal))
        {
            if (family.Series.Count > 0)
            {
                Write(text, family, format.IsOpenMetrics);
            }
        }

        if (format.IsOpenMetrics)
        {
            text.Append("# EOF\n");
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, MetricFamily family, bool openMetrics)
    {
        var name = family.Name;
        if (openMetrics && family.Type == MetricType.Counter)
        {
            name = name.EndsWith(Total, StringComparison.Ordinal) ? name[..^Total.Length] : name;
        }

        text.Append("# HELP ").Append(name).Append(' ');
        Escape(text, family.Help, quotes: openMetrics);
        text.Append("\n# TYPE ").Append(name).Append(' ').Append(TypeName(family.Type)).Append('\n');
        if (openMetrics && Units.FirstOrDefault(unit => name.EndsWith('_' + unit, StringComparison.Ordinal)) is { } of)
        {
            text.Append("# UNIT ").Append(name).Append(' ').Append(of).Append('\n');
        }

        foreach (var series in family.Series)
        {
            switch (series)
            {
                case NumberSeries number:
                    var sample = openMetrics && family.Type == MetricType.Counter ? name + Total : name;
                    Sample(text, sample, series.Labels, number.Value);
                    text.Append('\n');
                    break;
                case HistogramSeries histogram:
                    Write(text, name, histogram, openMetrics);
                    break;
            }
        }
    }

    private static void Write(StringBuilder text, string name, HistogramSeries histogram, bool openMetrics)
    {
        long count = 0;
        foreach (var bucket in histogram.Buckets)
        {
            count += bucket.Count;
            var bound = Bound(bucket.UpperBound, openMetrics);
            Sample(text, name + "_bucket", histogram.Labels, count, bound);
            if (openMetrics && bucket.Exemplar is { } exemplar)
            {
                text.Append(" # {trace_id=\"").Append(exemplar.TraceId);
                text.Append("\",span_id=\"").Append(exemplar.SpanId).Append("\"} ");
                text.Append(Number(exemplar.Value)).Append(' ');
                text.Append(Number(exemplar.At.ToUnixTimeMilliseconds() / 1000.0));
            }

            text.Append('\n');
        }

        Sample(text, name + "_sum", histogram.Labels, histogram.Sum);
        text.Append('\n');
        Sample(text, name + "_count", histogram.Labels, count);
        text.Append('\n');
    }

    private static void Sample(
        StringBuilder text,
        string name,
        IReadOnlyList<KeyValuePair<string, string>> labels,
        double value,
        string? bound = null
    )
    {
        text.Append(name);
        var separator = '{';
        foreach (var (label, words) in labels)
        {
            text.Append(separator).Append(label).Append("=\"");
            Escape(text, words, quotes: true);
            text.Append('"');
            separator = ',';
        }

        if (bound is not null)
        {
            text.Append(separator).Append("le=\"").Append(bound).Append('"');
            separator = ',';
        }

        text.Append(separator == ',' ? "} " : " ").Append(Number(value));
    }

    private static void Escape(StringBuilder text, string words, bool quotes)
    {
        foreach (var c in words)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(c),
            };
        }
    }

    private static string TypeName(MetricType type) =>
        type switch
        {
            MetricType.Counter => "counter",
            MetricType.Histogram => "histogram",
            _ => "gauge",
        };

    /// <summary>OpenMetrics writes bounds as floats, so that one bound is one series whoever wrote it.</summary>
    private static string Bound(double bound, bool openMetrics)
    {
        var number = Number(bound);
        return openMetrics && number.All(c => char.IsAsciiDigit(c) || c == '-') ? number + ".0" : number;
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : double.IsNaN(value) ? "NaN"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
