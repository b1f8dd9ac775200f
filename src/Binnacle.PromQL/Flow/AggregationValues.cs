using Binnacle.PromQL.Lexing;
using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Values behind an aggregation.</summary>
internal static class AggregationValues
{
    public static ValueFlow Of(Aggregation aggregation, ValueFlow value) =>
        aggregation.Operator switch
        {
            Keyword.Sum => Intervals.SumOf(value) with
            {
                Unit = value.Unit is ValueUnit.Bool ? ValueUnit.Count : value.Unit,
            },
            Keyword.Avg => value with
            {
                Whole = false,
                Unit = value.Unit is ValueUnit.Bool ? ValueUnit.Ratio : value.Unit,
            },
            Keyword.Count or Keyword.CountValues => value.Within(1, double.PositiveInfinity) with
            {
                Whole = true,
                MayBeNaN = false,
                Unit = ValueUnit.Count,
            },
            Keyword.Group => value.Within(1, 1) with { Whole = true, MayBeNaN = false, Unit = ValueUnit.Bool },
            Keyword.Stddev or Keyword.Stdvar => value.Within(0, double.PositiveInfinity) with
            {
                Whole = false,
                Unit = ValueUnit.Unknown,
            },
            // Between two samples, and infinite for a parameter beyond 0 and 1.
            Keyword.Quantile => ValueFlow.Any with
            {
                Min = aggregation.Parameter is NumberLiteral { Value: >= 0 and <= 1 }
                    ? value.Min
                    : double.NegativeInfinity,
                Max = aggregation.Parameter is NumberLiteral { Value: >= 0 and <= 1 }
                    ? value.Max
                    : double.PositiveInfinity,
                Unit = value.Unit,
                Conditional = value.Conditional,
                AlwaysReturns = value.AlwaysReturns,
            },
            _ => value,
        };
}
