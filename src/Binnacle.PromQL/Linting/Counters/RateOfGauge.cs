using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Counters;

/// <summary>A function for counters over something that goes up and down: each fall is taken for a restart.</summary>
internal sealed class RateOfGauge()
    : LintRule("rate-of-gauge", LintSeverity.Warning, "rate(), irate(), increase() or resets() of a gauge")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (call, _) in subject.Calls)
        {
            if (
                call is { Function: "rate" or "irate" or "increase" or "resets", Arguments: [var range] }
                && Ranges.SelectorOf(range) is { } selector
                && selector.MetricName is { } metric
                && Why(subject, metric) is { } why
            )
            {
                subject.Report(
                    this,
                    selector.Span,
                    $"{call.Function}() of {metric}, which is {why}",
                    Fix(call.Function)
                );
            }
        }
    }

    private static string? Why(LintSubject subject, string metric) =>
        subject.TypeOf(metric) switch
        {
            MetricType.Gauge or MetricType.Info when !MetricNames.IsRecorded(metric) => "a gauge",
            not null => null,
            _ when MetricNames.IsRecordedRate(metric) => "a rate already, by its name",
            _ when !MetricNames.IsRecorded(metric) && MetricNames.IsGauge(metric) => "a gauge, by its name",
            _ => null,
        };

    private static string Fix(string function) =>
        function switch
        {
            "increase" => "use delta() for the change, or max_over_time() or avg_over_time() for the level",
            "resets" => "use changes()",
            _ => "use deriv() for the trend, or avg_over_time() for the level",
        };
}
