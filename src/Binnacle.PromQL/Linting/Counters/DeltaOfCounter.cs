using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Linting.Counters;

/// <summary>A function for gauges over a counter: a restart of the process looks like a large fall.</summary>
internal sealed class DeltaOfCounter()
    : LintRule("delta-of-counter", LintSeverity.Warning, "delta(), idelta(), deriv() or predict_linear() of a counter")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (call, _) in subject.Calls)
        {
            if (
                call is { Function: "delta" or "idelta" or "deriv" or "predict_linear", Arguments: [var range, ..] }
                && Ranges.SelectorOf(range) is { } selector
                && selector.MetricName is { } metric
                && IsCounter(subject, metric)
            )
            {
                subject.Report(
                    this,
                    selector.Span,
                    $"{call.Function}() of the counter {metric} takes a restart for a fall",
                    Fix(call.Function)
                );
            }
        }
    }

    private static bool IsCounter(LintSubject subject, string metric) =>
        !MetricNames.IsRecorded(metric)
        && (subject.TypeOf(metric) is { } type ? type is MetricType.Counter : MetricNames.IsCounter(metric));

    private static string Fix(string function) =>
        function switch
        {
            "delta" => "use increase()",
            "idelta" => "use irate()",
            _ => "use rate()",
        };
}
