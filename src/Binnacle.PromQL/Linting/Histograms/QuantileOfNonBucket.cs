using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Histograms;

/// <summary>A quantile of something that is no histogram.</summary>
internal sealed class QuantileOfNonBucket()
    : LintRule("histogram-quantile-non-bucket", LintSeverity.Warning, "histogram_quantile() of what is no histogram")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var input in HistogramInputs.Of(subject))
        {
            if (!MetricNames.IsRecorded(input.Metric) && Why(subject, input) is { } why)
            {
                subject.Report(
                    this,
                    input.Selector.Span,
                    $"{input.Call.Function}() of {input.Metric}, {why}",
                    "use the buckets, a metric that ends in _bucket, or a native histogram"
                );
            }
        }
    }

    private static string? Why(LintSubject subject, HistogramInput input) =>
        subject.TypeOf(input.Metric) switch
        {
            MetricType.Histogram when MetricNames.IsCount(input.Metric) || IsSum(input.Metric) =>
                "which is one number of a histogram",
            MetricType.Histogram => null,
            MetricType.Unknown or null when MetricNames.IsCount(input.Metric) || IsSum(input.Metric) =>
                "which is one number of a histogram",
            MetricType.Unknown or null when MetricNames.IsCounter(input.Metric) => "which is a counter",
            MetricType.Unknown
            or null
                when !MetricNames.IsBucket(input.Metric)
                    && subject.Labels(input.Vector).PresenceOf("le") >= LabelPresence.Expected =>
                "which has no buckets by its name, though le is kept",
            MetricType.Unknown or null => null,
            MetricType.Summary => "which is a summary",
            MetricType.Gauge => "which is a gauge",
            MetricType.Counter => "which is a counter",
            _ => "which is an info metric",
        };

    private static bool IsSum(string metric) => metric.EndsWith("_sum", StringComparison.Ordinal);
}
