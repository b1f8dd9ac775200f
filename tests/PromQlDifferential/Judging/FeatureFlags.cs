using Binnacle.PromQL;

namespace PromQlDifferential.Judging;

/// <summary>The values of Prometheus's and promtool's <c>--enable-feature</c> that change the language.</summary>
internal static class FeatureFlags
{
    private static readonly (
        string Name,
        Func<PromQlOptions, bool> IsOn,
        Func<PromQlOptions, PromQlOptions> On
    )[] All =
    [
        (
            "promql-experimental-functions",
            options => options.ExperimentalFunctions,
            options => options with { ExperimentalFunctions = true }
        ),
        (
            "promql-duration-expr",
            options => options.DurationExpressions,
            options => options with { DurationExpressions = true }
        ),
        (
            "promql-extended-range-selectors",
            options => options.ExtendedRangeSelectors,
            options => options with { ExtendedRangeSelectors = true }
        ),
        (
            "promql-binop-fill-modifiers",
            options => options.FillModifiers,
            options => options with { FillModifiers = true }
        ),
    ];

    /// <summary>Those that are on.</summary>
    public static IEnumerable<string> Of(PromQlOptions options) =>
        All.Where(flag => flag.IsOn(options)).Select(flag => flag.Name);

    /// <summary>The same with those on that a server of that version has and that promtool got later.</summary>
    public static PromQlOptions OfServer(PromQlOptions options) =>
        options with
        {
            ExperimentalFunctions = true,
            DurationExpressions = options.PrometheusVersion >= new Version(3, 4),
            ExtendedRangeSelectors = options.PrometheusVersion >= new Version(3, 7),
            FillModifiers = options.PrometheusVersion >= new Version(3, 10),
        };

    /// <summary>The same with those on that a program's help names.</summary>
    public static PromQlOptions Enable(PromQlOptions options, string help) =>
        All.Where(flag => help.Contains(flag.Name, StringComparison.Ordinal))
            .Aggregate(options, (enabled, flag) => flag.On(enabled));
}
