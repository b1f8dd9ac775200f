namespace Binnacle.PromQL.Tests;

/// <summary>What each Prometheus takes, from the history of its parser; what all take, and what none takes.</summary>
public sealed class DialectTests
{
    /// <summary>The first Prometheus that takes it, and the first that does so no more.</summary>
    [Theory]
    [Trait("Guarantee", "P2")]
    [InlineData("up", "2.42", null)]
    [InlineData("histogram_stddev(x)", "2.47", null)]
    [InlineData("histogram_avg(x)", "2.51", null)]
    [InlineData("{\"my metric\", \"my label\"=\"x\"}", "2.51", null)]
    [InlineData("rate(x[300])", "2.54", null)]
    [InlineData("x offset 60", "2.54", null)]
    [InlineData("x > 5m", "2.54", null)]
    [InlineData("x > 1_000", "2.54", null)]
    [InlineData("x @ 5m", "2.54", null)]
    [InlineData("x[0]", "2.54", "3.4")]
    [InlineData("x[0s]", null, null)]
    [InlineData("x offset 0", "2.54", null)]
    [InlineData("x offset 0s", "3.4", null)]
    [InlineData("x > 0s", "3.4", null)]
    [InlineData("sum by (\"a\") (x)", "2.55", null)]
    [InlineData("sum by (\"my label\") (x)", "3.0", null)]
    [InlineData("sum by (a:b) (x)", "3.0", null)]
    [InlineData("sum by (\"\") (x)", null, null)]
    [InlineData("holt_winters(x[5m], 0.1, 0.1)", "2.42", "3.0")]
    [InlineData("rate(x[+5m])", "3.4", null)]
    [InlineData("x offset +5m", "3.4", null)]
    [InlineData("x offset -5m", "2.42", null)]
    [InlineData("anchored + smoothed", "2.42", null)]
    [InlineData("step + range + min_of + fill", "2.42", null)]
    [InlineData("x </ 5", "3.11", null)]
    [InlineData("first_over_time(x[5m])", "3.14", null)]
    [InlineData("rate(x[min(1m, 2m)])", "3.6", "3.12")]
    [InlineData("x @ start() [5m]", "2.42", "3.15")]
    [InlineData("info(x)", null, null)]
    [InlineData("limitk(3, x)", null, null)]
    [InlineData("x[5m * 2]", "3.14", null)]
    [InlineData("x offset (5m + 1m)", "3.14", null)]
    [InlineData("x[max_of(1m, step())]", "3.14", null)]
    [InlineData("x{a=~`(?P<n>b)`}", "2.42", null)]
    [InlineData("x{a=~`(?<n>b)`}", "2.53", null)]
    [InlineData("x{a=~`[(?<n>b)]`}", "2.42", null)]
    [InlineData("x{a=~`\\Q(?<n>b)\\E`}", "2.42", null)]
    [InlineData("x{a=~`\\Qb`}", "2.52", null)]
    [InlineData("x{a=~\"\\\\xff\"}", "2.42", null)]
    [InlineData("x{a=~\"\\xff\"}", "2.46", null)]
    [InlineData("x{a=~\"\\xff|b\"}", "2.52", null)]
    [InlineData("x{a=~`b)|(?:c`}", null, null)]
    [InlineData("x offset Inf offset 5m", "2.54", "3.4")]
    [InlineData("x offset -Inf [5m]", "2.54", "3.4")]
    [InlineData("x offset NaN offset 5m", "2.54", "3.5")]
    [InlineData("x offset 0.0005 offset 5m", "2.54", "3.5")]
    [InlineData("x offset 1ms offset 5m", null, null)]
    [InlineData("x + fill (0) x", null, null)]
    [InlineData("x[5m] smoothed", null, null)]
    public void Takes_what_that_version_takes(string expression, string? since, string? until) =>
        Judge(expression, since, until, new PromQlOptions());

    [Theory]
    [Trait("Guarantee", "P2")]
    [InlineData("mad_over_time(x[5m])", "2.49", null)]
    [InlineData("sort_by_label(x, 'a')", "2.49", null)]
    [InlineData("limitk(3, x)", "2.54", null)]
    [InlineData("limit_ratio(0.5, x)", "2.54", null)]
    [InlineData("info(x)", "2.55", null)]
    [InlineData("info(x, {a=~'.*'})", "2.55", null)]
    [InlineData("info(x, {\"target_info\"})", "2.55", null)]
    [InlineData("info(x, target_info)", null, null)]
    [InlineData("info(x, ({a='b'}))", null, null)]
    [InlineData("double_exponential_smoothing(x[5m], 0.1, 0.1)", "3.0", null)]
    [InlineData("ts_of_max_over_time(x[5m])", "3.5", null)]
    [InlineData("first_over_time(x[5m])", "3.7", null)]
    [InlineData("histogram_quantiles(x, 'q', 0.5, 0.9)", "3.11", null)]
    [InlineData("histogram_quantiles(x, 'q')", null, null)]
    [InlineData("histogram_quantiles(x, 'q', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)", "3.11", null)]
    [InlineData("histogram_quantiles(x, 'q', 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)", null, null)]
    [InlineData("vector(end() - start() + step() + range())", "3.12", null)]
    [InlineData("vector(max_of(1, 2) + min_of(1, 2))", "3.13", null)]
    [InlineData("start_timestamp(x)", "3.14", null)]
    [InlineData("rate(x[5m * 2])", "3.4", null)]
    [InlineData("rate(x[(5m)])", "3.4", null)]
    [InlineData("rate(x[5m / 0])", null, null)]
    [InlineData("rate(x[-(5m)])", null, null)]
    [InlineData("x[range() + 5m]", "3.10", null)]
    [InlineData("x[5m + range()]", "3.12", null)]
    [InlineData("x[5m:range()]", "3.12", null)]
    [InlineData("x offset range() + sum_over_time(y[range() + 1m:])", "3.10", null)]
    [InlineData("x[step():]", null, null)]
    [InlineData("x[step() + step():1m]", null, null)]
    [InlineData("x[step() + 1m:step()]", "3.6", null)]
    [InlineData("x[5m:step()]", "3.6", null)]
    [InlineData("x offset (5m + 1m)", "3.4", null)]
    [InlineData("rate(x[step() + 1m])", "3.6", null)]
    [InlineData("rate(x[range()])", "3.10", null)]
    [InlineData("rate(x[max(1m, step())])", "3.6", "3.13")]
    [InlineData("rate(x[max_of(1m, step())])", "3.13", null)]
    [InlineData("rate(x[5m] anchored)", "3.7", null)]
    [InlineData("rate(x anchored [5m])", "3.7", null)]
    [InlineData("x smoothed smoothed", "3.7", null)]
    [InlineData("rate(x smoothed [5m] anchored)", null, null)]
    [InlineData("max_over_time(x[5m:] anchored)", null, null)]
    [InlineData("x + fill (0) y", "3.10", null)]
    [InlineData("x + on (a) group_left (b) fill_left (-1) fill_right (5m) y", "3.10", null)]
    [InlineData("x and fill (0) y", null, null)]
    [InlineData("x + fill (0) 1", null, null)]
    public void Takes_what_that_version_takes_with_all_flags(string expression, string? since, string? until) =>
        Judge(expression, since, until, PromQlOptions.Any with { PrometheusVersion = PromQlOptions.NewestKnown });

    /// <summary>What came and went again.</summary>
    [Theory]
    [Trait("Guarantee", "P2")]
    [InlineData("rate(x[step()])", false, "3.6 3.11 3.14", "3.5 3.12 3.13")]
    [InlineData("rate(x[range()])", false, "3.10 3.11 3.14", "3.9 3.12 3.13")]
    [InlineData("x offset -(5m)", false, "3.13 3.14", "3.3 3.4 3.5 3.6 3.12")]
    [InlineData("x offset -((5m))", false, "3.14", "3.4 3.5 3.6 3.12 3.13")]
    [InlineData("x offset +(step())", false, "3.6 3.11 3.14", "3.5 3.12 3.13")]
    [InlineData("x offset --5m + x", false, "3.4", "3.3 3.5 3.13 3.14")]
    [InlineData("x offset -5m ^ x", false, "2.42 3.3 3.5 3.14", "3.4")]
    [InlineData("x offset -5m ^ 2 * x", true, "2.42 3.3 3.4 3.5 3.14", "")]
    [InlineData("x offset (5m) * x", true, "3.4", "3.3 3.5 3.13 3.14")]
    [InlineData("x offset -(5m) * x", true, "3.4 3.13 3.14", "3.3 3.5 3.6 3.12")]
    [InlineData("x offset +((5m))", true, "3.4 3.5 3.13 3.14", "3.3 3.6 3.12")]
    [InlineData("x offset -(5m + 1m) * x", true, "3.4 3.6 3.14", "3.3 3.5")]
    [InlineData("anchored + sum by (smoothed) (x)", false, "3.6 3.7 3.7.2 3.7.3 3.8", "3.7.0 3.7.1")]
    public void Takes_in_some_versions_between(string expression, bool flags, string takes, string refuses)
    {
        Valid(takes).ShouldAllBe(it => it.Valid);
        Valid(refuses).ShouldAllBe(it => !it.Valid);

        (string Version, bool Valid)[] Valid(string versions) =>
            [
                .. versions
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                    .Select(version =>
                        (
                            version,
                            PromQlExpression
                                .Parse(
                                    expression,
                                    (flags ? PromQlOptions.Any : PromQlOptions.Default) with
                                    {
                                        PrometheusVersion = Version.Parse(version),
                                    }
                                )
                                .IsValid
                        )
                    ),
            ];
    }

    [Theory]
    [InlineData(
        "info(x)",
        "3.5",
        "info is experimental and not enabled, expected --enable-feature=promql-experimental-functions"
    )]
    [InlineData(
        "limitk(1, x)",
        "3.5",
        "limitk is experimental and not enabled, expected --enable-feature=promql-experimental-functions"
    )]
    [InlineData("ts_of_max_over_time(x[5m])", "3.1", "ts_of_max_over_time exists only since Prometheus 3.5")]
    [InlineData(
        "holt_winters(x[5m], 1, 1)",
        "3.1",
        "holt_winters is gone since Prometheus 3.0 (did you mean double_exponential_smoothing?)"
    )]
    [InlineData(
        "x[5m * 2]",
        "3.5",
        "arithmetic in a duration is experimental and not enabled, expected Prometheus 3.14, or 3.4 with --enable-feature=promql-duration-expr"
    )]
    [InlineData("x[300]", "2.50", "a duration without a unit, expected a duration such as 5m (did you mean 300s?)")]
    public void Says_which_Prometheus_it_needs(string expression, string version, string message) =>
        PromQlExpression
            .Parse(expression, new PromQlOptions { PrometheusVersion = Version.Parse(version) })
            .Errors[0]
            .Text.ShouldBe(message);

    /// <summary>
    /// Up to 3.5 Prometheus reads any letter behind the first number in brackets as a colon: [5 m] is a subquery of five
    /// seconds there. Nobody can mean that, so it is refused for every version.
    /// </summary>
    [Theory]
    [InlineData("x[5s x 5s]")]
    [InlineData("x[5 m]")]
    [InlineData("x[1#c\nm]")]
    public void Takes_no_letter_for_a_colon(string expression)
    {
        PromQlExpression.Parse(expression, PromQlOptions.Any).IsValid.ShouldBeFalse();
        PromQlExpression
            .Parse(expression, new PromQlOptions { PrometheusVersion = new Version(3, 5) })
            .IsValid.ShouldBeFalse();
    }

    [Fact]
    [Trait("Guarantee", "P6")]
    public void A_typical_rule_is_read_with_little_memory()
    {
        const string rule =
            "sum by (service) (rate(http_requests_total{service=\"auth\",code=~\"5..\"}[5m])) / sum by (service) (rate(http_requests_total[5m])) > 0.05";
        for (var i = 0; i < 100; i++)
        {
            _ = PromQlExpression.Parse(rule);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        PromQlExpression.Parse(rule).IsValid.ShouldBeTrue();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000);
    }

    private static void Judge(string expression, string? since, string? until, PromQlOptions flags)
    {
        for (var minor = 42; minor <= 55 + 15; minor++)
        {
            var version = minor <= 55 ? new Version(2, minor) : new Version(3, minor - 56);
            var takes =
                since is not null
                && version >= Version.Parse(since)
                && (until is null || version < Version.Parse(until));
            PromQlExpression
                .Parse(expression, flags with { PrometheusVersion = version })
                .IsValid.ShouldBe(takes, $"{expression} in {version}");
        }

        PromQlExpression.Parse(expression, flags with { PrometheusVersion = null }).IsValid.ShouldBe(since is not null);
        if (since is not null)
        {
            PromQlExpression.Parse(expression, PromQlOptions.Any).Errors.ShouldBeEmpty();
        }
    }
}
