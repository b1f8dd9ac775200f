using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Histograms;

/// <summary>A quantile below 0 or above 1, whose value is infinite.</summary>
internal sealed class QuantileOutOfRange()
    : LintRule("quantile-out-of-range", LintSeverity.Warning, "a quantile that is not between 0 and 1")
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (call, _) in subject.Calls)
        {
            if (call is { Function: "histogram_quantile" or "quantile_over_time", Arguments: [var quantile, ..] })
            {
                CheckOne(subject, call.Function, quantile);
            }
        }

        foreach (var (aggregation, _) in subject.Aggregations)
        {
            if (aggregation is { Operator: Keyword.Quantile, Parameter: { } quantile })
            {
                CheckOne(subject, "quantile", quantile);
            }
        }
    }

    private void CheckOne(LintSubject subject, string function, Expression quantile)
    {
        if (subject.Value(quantile).Constant is { } value and (< 0 or > 1))
        {
            var fix = value is > 1 and <= 100
                ? FormattableString.Invariant($"write {Math.Round(value / 100, 10)}")
                : "write a number from 0 to 1";
            subject.Report(
                this,
                quantile.Span,
                FormattableString.Invariant($"{function}() of {value} is always {(value < 0 ? "-Inf" : "+Inf")}"),
                fix
            );
        }
    }
}
