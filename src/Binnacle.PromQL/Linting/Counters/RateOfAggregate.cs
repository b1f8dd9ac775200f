using Binnacle.PromQL.Flow;
using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Linting.Counters;

/// <summary>rate() of a sum of counters: when one of them restarts, the sum falls by all it had, and rate() adds the rest again.</summary>
internal sealed class RateOfAggregate()
    : LintRule(
        "rate-of-aggregate",
        LintSeverity.Warning,
        "rate() or increase() over a subquery of an aggregation or of another rate"
    )
{
    internal override void Check(LintSubject subject)
    {
        foreach (var (call, _) in subject.Calls)
        {
            if (
                call is not { Function: "rate" or "irate" or "increase", Arguments: [var argument] }
                || argument.Unwrap() is not Subquery subquery
            )
            {
                continue;
            }

            switch (subquery.Inner.Unwrap())
            {
                case Call { Function: "rate" or "irate" or "increase" or "deriv" or "delta" } inner:
                    subject.Report(
                        this,
                        call.NameSpan(),
                        $"{call.Function}() of {inner.Function}(), whose result goes up and down",
                        "use avg_over_time() or max_over_time() over the subquery"
                    );
                    break;
                case Aggregation { Operator: Keyword.Sum or Keyword.Avg or Keyword.Min or Keyword.Max } inner:
                    var name = inner.OperatorText;
                    subject.Report(
                        this,
                        call.NameSpan(),
                        $"{call.Function}() of {name}() takes the restart of one process for that of all",
                        $"take {call.Function}() first: {name}({call.Function}(…))"
                    );
                    break;
            }
        }
    }
}
