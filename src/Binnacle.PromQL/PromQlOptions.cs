namespace Binnacle.PromQL;

/// <summary>
/// Which Prometheus is to load an expression: its version and the feature flags that change its language. Each feature
/// is taken only where that Prometheus takes it.
/// </summary>
public sealed record PromQlOptions
{
    /// <summary>Levels of parentheses, calls, signs and powers within each other that are followed.</summary>
    public const int MaxNesting = 128;

    /// <summary>Height of a tree, operators in a row included. No recursion over a tree goes deeper.</summary>
    public const int MaxHeight = 1000;

    /// <summary>The newest Prometheus whose language is known here.</summary>
    public static Version NewestKnown { get; } = new(3, 14);

    /// <summary>The oldest one; an older version is taken for this one.</summary>
    public static Version OldestKnown { get; } = new(2, 42);

    /// <summary>The newest known Prometheus without feature flags.</summary>
    public static PromQlOptions Default { get; } = new();

    /// <summary>
    /// What any known Prometheus takes, with any flags: the choice where neither is known and nothing that loads may be
    /// refused.
    /// </summary>
    public static PromQlOptions Any { get; } =
        new()
        {
            PrometheusVersion = null,
            ExperimentalFunctions = true,
            DurationExpressions = true,
            ExtendedRangeSelectors = true,
            FillModifiers = true,
        };

    /// <summary>The version; null for any of those known. Its first two numbers count, and of 3.7 the third, where it is known.</summary>
    public Version? PrometheusVersion { get; init; } = NewestKnown;

    /// <summary><c>--enable-feature=promql-experimental-functions</c>: functions and aggregations such as <c>info</c> and <c>limitk</c>.</summary>
    public bool ExperimentalFunctions { get; init; }

    /// <summary><c>--enable-feature=promql-duration-expr</c>: arithmetic in durations (<c>[5m * 2]</c>). Since 3.14 it is there without.</summary>
    public bool DurationExpressions { get; init; }

    /// <summary><c>--enable-feature=promql-extended-range-selectors</c>: <c>anchored</c> and <c>smoothed</c>.</summary>
    public bool ExtendedRangeSelectors { get; init; }

    /// <summary><c>--enable-feature=promql-binop-fill-modifiers</c>: <c>fill</c>, <c>fill_left</c> and <c>fill_right</c>.</summary>
    public bool FillModifiers { get; init; }
}
