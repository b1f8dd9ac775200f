using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Windows;

/// <summary>A range that holds too few samples: one missed scrape leaves a hole.</summary>
internal sealed class RangeTooShort()
    : LintRule("range-too-short", LintSeverity.Warning, "a range shorter than four scrape intervals")
{
    private const int Intervals = 4;

    internal override void Check(LintSubject subject)
    {
        if (subject.Context.ScrapeInterval is not { TotalSeconds: > 0 and var interval })
        {
            return;
        }

        foreach (var (call, _) in subject.Calls)
        {
            foreach (var argument in call.Arguments)
            {
                if (
                    argument.Unwrap() is not MatrixSelector { Modifiers: { Anchored: false, Smoothed: false } } matrix
                    || matrix.Range.Seconds() is not { } range
                )
                {
                    continue;
                }

                var needed = NeedsSeveral(call.Function) ? Intervals * interval : interval;
                if (range < needed)
                {
                    subject.Report(
                        this,
                        matrix.Range.Span,
                        $"{call.Function}() over {Ranges.Write(range)} holds {Samples(range / interval)} at a scrape interval of {Ranges.Write(interval)}",
                        $"use at least {Ranges.Write(needed)}"
                    );
                }
            }
        }
    }

    private static bool NeedsSeveral(string function) =>
        function is "rate" or "irate" or "increase" or "delta" or "idelta" or "deriv" or "predict_linear";

    private static string Samples(double count) =>
        count < 1 ? "no sample most of the time"
        : count < 2 ? "one sample"
        : $"only {(int)count} samples";
}
