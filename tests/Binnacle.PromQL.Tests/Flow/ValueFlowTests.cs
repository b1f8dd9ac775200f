using System.Globalization;
using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Tests.Flow;

public sealed class ValueFlowTests
{
    [Theory]
    [InlineData("x", "-∞..∞")]
    [InlineData("up", "0..1 whole")]
    [InlineData("x_total", "0..∞")]
    [InlineData("rate(x[5m])", "0..∞")]
    [InlineData("delta(x_total[5m])", "-∞..∞")]
    [InlineData("count(x)", "1..∞ whole")]
    [InlineData("sum(up)", "0..∞ whole")]
    [InlineData("avg(up)", "0..1")]
    [InlineData("group(x)", "1..1 whole")]
    [InlineData("absent(x)", "1..1 whole")]
    [InlineData("1 - up", "0..1 whole")]
    [InlineData("-up", "-1..0 whole")]
    [InlineData("up * 100", "0..100 whole")]
    [InlineData("x > bool 5", "0..1 whole")]
    [InlineData("x > 5", "5..∞")]
    [InlineData("5 < x", "5..∞")]
    [InlineData("(x > 5) < 10", "5..10")]
    [InlineData("x == 3", "3..3")]
    [InlineData("up / 4", "0..0.25")]
    [InlineData("rate(x[5m]) / rate(y[5m])", "0..∞")]
    [InlineData("sum(rate(x_total{a=\"b\"}[5m])) / sum(rate(x_total[5m]))", "0..1")]
    [InlineData("100 * sum(rate(x_total{a=\"b\"}[5m])) / sum(rate(x_total[5m]))", "0..100")]
    [InlineData("rate(x_bucket{le=\"1\"}[5m]) / rate(x_count[5m])", "0..1")]
    [InlineData("sum(rate(x_total[5m])) / sum(rate(x_total{a=\"b\"}[5m]))", "0..∞")]
    [InlineData("sum(rate(x_total{a=\"b\"}[1m])) / sum(rate(x_total[5m]))", "0..∞")]
    [InlineData("clamp(x, 1, 5)", "1..5")]
    [InlineData("clamp_min(rate(x[5m]), 1)", "1..∞")]
    [InlineData("clamp_max(x, 5)", "-∞..5")]
    [InlineData("hour()", "0..23 whole")]
    [InlineData("sgn(x)", "-1..1 whole")]
    [InlineData("abs(up - 1)", "0..1 whole")]
    [InlineData("x or vector(0)", "-∞..∞")]
    [InlineData("up or vector(5)", "0..5 whole")]
    [InlineData("sum(x == 0)", "0..0")]
    [InlineData("2 ^ 3", "8..8")]
    [InlineData("quantile(0.5, up)", "0..1")]
    [InlineData("quantile(2, up)", "-∞..∞")]
    [InlineData("histogram_fraction(0, 1, x)", "0..1")]
    public void Values_lie_between_bounds(string expression, string bounds)
    {
        var value = Of(expression);
        var text = $"{Write(value.Min)}..{Write(value.Max)}{(value.Whole ? " whole" : "")}";
        text.ShouldBe(bounds);
    }

    [Theory]
    [InlineData("x_seconds", ValueUnit.Seconds)]
    [InlineData("time() - x_timestamp_seconds", ValueUnit.Seconds)]
    [InlineData("time()", ValueUnit.Timestamp)]
    [InlineData("x_bytes / y_bytes", ValueUnit.Ratio)]
    [InlineData("x_bytes / y_bytes * 100", ValueUnit.Percent)]
    [InlineData("100 * (x_bytes / y_bytes)", ValueUnit.Percent)]
    [InlineData("x_percent / 100", ValueUnit.Ratio)]
    [InlineData("1 - x_ratio", ValueUnit.Ratio)]
    [InlineData("rate(x_total[5m])", ValueUnit.PerSecond)]
    [InlineData("rate(x_seconds_total[5m])", ValueUnit.Unknown)]
    [InlineData("rate(x_sum[5m]) / rate(x_count[5m])", ValueUnit.Unknown)]
    [InlineData("count(up == 0) / count(up)", ValueUnit.Ratio)]
    [InlineData("avg(up)", ValueUnit.Ratio)]
    [InlineData("sum(up)", ValueUnit.Count)]
    [InlineData("x_bytes * 2", ValueUnit.Unknown)]
    [InlineData("x_bytes * 0.9", ValueUnit.Bytes)]
    [InlineData("x", ValueUnit.Unknown)]
    public void Names_and_arithmetic_tell_the_unit(string expression, ValueUnit unit) =>
        Of(expression).Unit.ShouldBe(unit);

    [Theory]
    [InlineData("vector(1)", true)]
    [InlineData("time() > bool 5", true)]
    [InlineData("sum(x) or vector(0)", true)]
    [InlineData("vector(1) + 1", true)]
    [InlineData("scalar(x)", true)]
    [InlineData("vector(1) > 5", false)]
    [InlineData("x", false)]
    [InlineData("vector(1) and x", false)]
    [InlineData("absent(vector(1))", false)]
    public void What_always_returns_is_known(string expression, bool always) =>
        Of(expression).CanBeEmpty.ShouldBe(!always);

    [Theory]
    [InlineData("x > 1", true)]
    [InlineData("x > bool 1", false)]
    [InlineData("count(x > 1)", true)]
    [InlineData("absent(x)", true)]
    [InlineData("x unless y", true)]
    [InlineData("x and y", false)]
    [InlineData("x and y > 1", true)]
    [InlineData("x > 1 or y", false)]
    [InlineData("x > 1 or y > 1", true)]
    [InlineData("x * (y > 1)", true)]
    [InlineData("ALERTS", true)]
    [InlineData("x", false)]
    public void A_condition_is_seen_through_what_stands_around_it(string expression, bool conditional) =>
        Of(expression).Conditional.ShouldBe(conditional);

    [Theory]
    [InlineData("rate(x[5m]) / rate(y[5m])", true)]
    [InlineData("rate(x[5m])", false)]
    [InlineData("x", true)]
    [InlineData("sqrt(x)", true)]
    [InlineData("count(x)", false)]
    [InlineData("up / 2", false)]
    public void What_may_not_be_a_number_is_known(string expression, bool may) => Of(expression).MayBeNaN.ShouldBe(may);

    private static ValueFlow Of(string expression)
    {
        var parsed = PromQlExpression.Parse(expression, PromQlOptions.Any);
        parsed.Errors.ShouldBeEmpty();
        var root = parsed.Root.ShouldNotBeNull();
        return ExpressionFlow.Of(root).Value(root);
    }

    private static string Write(double value) =>
        double.IsPositiveInfinity(value) ? "∞"
        : double.IsNegativeInfinity(value) ? "-∞"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
