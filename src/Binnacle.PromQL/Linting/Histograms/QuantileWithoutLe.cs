using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Histograms;

/// <summary>Buckets that have lost the label that says which bucket they are.</summary>
internal sealed class QuantileWithoutLe()
    : LintRule(
        "histogram-quantile-without-le",
        LintSeverity.Warning,
        "histogram_quantile() of buckets without the label le"
    )
{
    internal override void Check(LintSubject subject)
    {
        foreach (var input in HistogramInputs.Of(subject))
        {
            if (
                !MetricNames.IsRecorded(input.Metric)
                && MetricNames.IsBucket(input.Metric)
                && subject.Labels(input.Vector).WhyLacking("le") is { } loss
            )
            {
                subject.Report(
                    this,
                    loss.Span,
                    $"{input.Call.Function}() needs the label le, and {loss.Because}",
                    "keep le: sum by (le, …)"
                );
            }
        }
    }
}
