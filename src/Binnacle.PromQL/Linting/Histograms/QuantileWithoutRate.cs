using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Histograms;

/// <summary>A quantile of all observations since each process started.</summary>
internal sealed class QuantileWithoutRate()
    : LintRule(
        "histogram-quantile-without-rate",
        LintSeverity.Warning,
        "histogram_quantile() of buckets without rate()"
    )
{
    internal override void Check(LintSubject subject)
    {
        foreach (var input in HistogramInputs.Of(subject))
        {
            if (!input.HasRange && MetricNames.IsBucket(input.Metric) && !MetricNames.IsRecorded(input.Metric))
            {
                subject.Report(
                    this,
                    input.Selector.Span,
                    $"{input.Call.Function}() of all observations since each process started",
                    "take rate() of the buckets over a range, such as [5m]"
                );
            }
        }
    }
}
