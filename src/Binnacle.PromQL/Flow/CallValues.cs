using Binnacle.PromQL.Syntax;

namespace Binnacle.PromQL.Flow;

/// <summary>Values behind a function.</summary>
internal static class CallValues
{
    // 2001-09-09; no clock of a monitored machine is earlier on purpose.
    private const double EarliestTime = 1e9;

    public static ValueFlow Of(Call call, ValueFlow vector, ExpressionFlow flow)
    {
        var positive = vector.Within(0, double.PositiveInfinity) with { Whole = false };
        switch (call.Function)
        {
            case "rate" or "irate":
                return positive with { Unit = Units.Rate(vector.Unit), MayBeNaN = false };
            case "increase":
                return positive with { MayBeNaN = false };
            case "delta" or "idelta" or "deriv" or "predict_linear" or "holt_winters" or "double_exponential_smoothing":
                return vector.Within(double.NegativeInfinity, double.PositiveInfinity) with
                {
                    Whole = false,
                    Unit = call.Function is "deriv" ? ValueUnit.Unknown : vector.Unit,
                };
            case "changes" or "resets":
                return Whole(positive, 0, double.PositiveInfinity, ValueUnit.Count);
            case "count_over_time":
                return Whole(positive, 1, double.PositiveInfinity, ValueUnit.Count);
            case "absent" or "absent_over_time":
                return Whole(vector, 1, 1, ValueUnit.Bool) with { Conditional = true, AlwaysReturns = false };
            case "present_over_time":
                return Whole(vector, 1, 1, ValueUnit.Bool);
            case "sum_over_time":
                return Intervals.SumOf(vector) with
                {
                    Unit = vector.Unit is ValueUnit.Bool ? ValueUnit.Count : vector.Unit,
                };
            case "avg_over_time":
                return vector with
                {
                    Whole = false,
                    Unit = vector.Unit is ValueUnit.Bool ? ValueUnit.Ratio : vector.Unit,
                };
            case "min_over_time" or "max_over_time" or "last_over_time" or "first_over_time":
                return vector;
            case "sort" or "sort_desc" or "sort_by_label" or "sort_by_label_desc" or "label_replace" or "label_join":
                return vector;
            case "info":
                return vector;
            case "stddev_over_time" or "stdvar_over_time" or "mad_over_time":
                return positive with { Unit = ValueUnit.Unknown };
            case "abs":
                return vector.Within(vector.Min >= 0 ? vector.Min : 0, Math.Max(Math.Abs(vector.Min), vector.Max));
            case "sgn":
                return Whole(vector, -1, 1, ValueUnit.Unknown);
            case "ceil":
                return Rounded(vector, Math.Ceiling);
            case "floor":
                return Rounded(vector, Math.Floor);
            case "round" when call.Arguments.Count == 1:
                return Rounded(vector, value => Math.Floor(value + 0.5));
            case "exp" or "sqrt":
                return positive with { MayBeNaN = true, Unit = ValueUnit.Unknown };
            case "clamp" when call.Arguments.Count == 3:
                return Clamped(vector, flow.Value(call.Arguments[1]).Min, flow.Value(call.Arguments[2]).Max);
            case "clamp_min" when call.Arguments.Count == 2:
                return Clamped(vector, flow.Value(call.Arguments[1]).Min, double.PositiveInfinity);
            case "clamp_max" when call.Arguments.Count == 2:
                return Clamped(vector, double.NegativeInfinity, flow.Value(call.Arguments[1]).Max);
            case "histogram_fraction":
                return vector.Within(0, 1) with { MayBeNaN = true, Whole = false, Unit = ValueUnit.Ratio };
            case "histogram_quantile" or "histogram_quantiles":
                return ValueFlow.Any with { Unit = BucketUnit(vector), Conditional = vector.Conditional };
            case "timestamp" or "ts_of_first_over_time" or "ts_of_last_over_time":
                return vector.Within(0, double.PositiveInfinity) with
                {
                    MayBeNaN = false,
                    Whole = false,
                    Unit = ValueUnit.Timestamp,
                };
            case "time":
                return Scalar(EarliestTime, double.PositiveInfinity) with { Unit = ValueUnit.Timestamp };
            case "pi":
                return ValueFlow.Of(Math.PI);
            case "vector" when call.Arguments.Count == 1:
                return flow.Value(call.Arguments[0]) with { IsScalar = false, AlwaysReturns = true };
            case "scalar" when call.Arguments.Count == 1:
                return flow.Value(call.Arguments[0]) with
                {
                    IsScalar = true,
                    AlwaysReturns = true,
                    MayBeNaN = true,
                    Conditional = false,
                };
            case "min_of" or "max_of" or "start" or "end" or "step" or "range":
                return ValueFlow.Any with { IsScalar = true, AlwaysReturns = true };
            case "minute":
                return Clock(call, 0, 59);
            case "hour":
                return Clock(call, 0, 23);
            case "day_of_week":
                return Clock(call, 0, 6);
            case "day_of_month":
                return Clock(call, 1, 31);
            case "day_of_year":
                return Clock(call, 1, 366);
            case "days_in_month":
                return Clock(call, 28, 31);
            case "month":
                return Clock(call, 1, 12);
            case "year":
                return Clock(call, 1970, double.PositiveInfinity);
            default:
                return ValueFlow.Any with
                {
                    Conditional = vector.Conditional,
                    AlwaysReturns = vector.AlwaysReturns,
                    IsScalar = false,
                };
        }
    }

    private static ValueFlow Scalar(double min, double max) => new(min, max) { IsScalar = true, AlwaysReturns = true };

    private static ValueFlow Whole(ValueFlow vector, double min, double max, ValueUnit unit) =>
        vector.Within(min, max) with
        {
            Whole = true,
            MayBeNaN = false,
            Unit = unit,
        };

    private static ValueFlow Clock(Call call, double min, double max) =>
        new(min, max)
        {
            Whole = true,
            AlwaysReturns = call.Arguments.Count == 0,
            Unit = ValueUnit.Unknown,
        };

    private static ValueFlow Rounded(ValueFlow vector, Func<double, double> round) =>
        vector.Within(round(vector.Min), round(vector.Max)) with
        {
            Whole = true,
        };

    private static ValueFlow Clamped(ValueFlow vector, double min, double max) =>
        vector.Within(Math.Min(Math.Max(vector.Min, min), max), Math.Max(Math.Min(vector.Max, max), min)) with
        {
            Whole = false,
        };

    /// <summary>Buckets of seconds have quantiles in seconds, which their counts do not tell; the name does not reach here.</summary>
    private static ValueUnit BucketUnit(ValueFlow vector) =>
        vector.Unit is ValueUnit.Bytes or ValueUnit.Seconds ? vector.Unit : ValueUnit.Unknown;
}
