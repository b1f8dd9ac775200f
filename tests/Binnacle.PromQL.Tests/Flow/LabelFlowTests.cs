using Binnacle.PromQL.Flow;

namespace Binnacle.PromQL.Tests.Flow;

/// <summary>
/// Labels as a line: <c>a!</c> surely there, <c>a+</c> counted on, <c>a?</c> may be there, <c>-a</c> surely not; <c>*</c> where others
/// may be there too. The metric name is <c>N</c>; job and instance of plain selectors are left out.
/// </summary>
public sealed class LabelFlowTests
{
    [Theory]
    [InlineData("x", "N! *")]
    [InlineData("{__name__=~\"x.*\"}", "N! *")]
    [InlineData("{__name__=~\".*\", a=\"b\"}", "a! *")]
    [InlineData("x{a=\"b\"}", "N! a! *")]
    [InlineData("x{a=\"\"}", "N! -a *")]
    [InlineData("x{a!=\"\"}", "N! a! *")]
    [InlineData("x{a!=\"b\"}", "N! *")]
    [InlineData("x{a=~\"b|c\"}", "N! a! *")]
    [InlineData("x{a=~\"b|\"}", "N! *")]
    [InlineData("x{a=~\".*\"}", "N! *")]
    [InlineData("x{a!~\".*b\"}", "N! *")]
    [InlineData("x{a!~\"|b\"}", "N! a! *")]
    [InlineData("x{a=~\".+\"} offset 5m @ 5", "N! a! *")]
    public void Selectors_grant_what_their_matchers_ask_for(string expression, string labels) =>
        Flow(expression).ShouldBe(labels);

    [Theory]
    [InlineData("sum(x{a=\"b\"})", "")]
    [InlineData("sum by (a) (x)", "a+")]
    [InlineData("sum by (a) (x{a=\"b\"})", "a!")]
    [InlineData("sum by (a, b) (x{a=\"\"})", "-a b+")]
    [InlineData("sum without (a) (x{a=\"b\", c=\"d\"})", "-N -a c! *")]
    [InlineData("count by (__name__) (x)", "N!")]
    [InlineData("topk by (a) (3, x{b=\"c\"})", "N! b! *")]
    [InlineData("bottomk(3, x)", "N! *")]
    [InlineData("limitk(3, x)", "N! *")]
    [InlineData("limit_ratio(0.5, x)", "N! *")]
    [InlineData("count_values(\"v\", x)", "v!")]
    [InlineData("count_values by (a) (\"v\", x)", "a+ v!")]
    [InlineData("quantile by (a) (0.9, x)", "a+")]
    [InlineData("group without (b) (x)", "-N -b *")]
    public void Aggregations_keep_what_they_name(string expression, string labels) => Flow(expression).ShouldBe(labels);

    [Theory]
    [InlineData("rate(x{a=\"b\"}[5m])", "-N a! *")]
    [InlineData("last_over_time(x[5m])", "N! *")]
    [InlineData("max_over_time(x[5m])", "-N *")]
    [InlineData("max_over_time(sum by (a) (x)[1h:5m])", "a+")]
    [InlineData("abs(x)", "-N *")]
    [InlineData("-x", "-N *")]
    [InlineData("+x", "N! *")]
    [InlineData("sort_desc(x)", "N! *")]
    [InlineData("sort_by_label(x, \"a\")", "N! *")]
    [InlineData("absent(x{a=\"b\", c=~\"d\"})", "a!")]
    [InlineData("absent(x{a=\"b\", a=\"c\"})", "")]
    [InlineData("absent(sum by (a) (x{a=\"b\"}))", "")]
    [InlineData("absent_over_time(x{a=\"b\"}[5m])", "a!")]
    [InlineData("vector(1)", "")]
    [InlineData("scalar(x)", "")]
    [InlineData("time()", "")]
    [InlineData("hour()", "")]
    [InlineData("hour(x)", "-N *")]
    [InlineData("histogram_quantile(0.9, sum by (le, a) (rate(x_bucket[5m])))", "a+ -le")]
    [InlineData("histogram_quantile(0.9, rate(x[5m]))", "-N -le *")]
    [InlineData("histogram_quantiles(sum by (le) (rate(x_bucket[5m])), \"q\", 0.5, 0.9)", "-le q!")]
    [InlineData("histogram_fraction(0, 1, rate(x[5m]))", "-N -le *")]
    [InlineData("label_replace(sum(x), \"a\", \"$1\", \"b\", \"(.*)\")", "a+")]
    [InlineData("label_replace(sum(x), \"a\", \"c\", \"b\", \".*\")", "a!")]
    [InlineData("label_replace(sum(x), \"a\", \"c\", \"b\", \"d\")", "a+")]
    [InlineData("label_replace(x{a=\"b\"}, \"a\", \"\", \"\", \".*\")", "N! -a *")]
    [InlineData("label_join(sum by (a) (x{a=\"b\"}), \"c\", \"-\", \"a\")", "a! c!")]
    [InlineData("label_join(sum by (a) (x), \"c\", \"-\", \"a\")", "a+ c+")]
    [InlineData("info(sum by (a) (x))", "a+ *")]
    [InlineData("info(sum by (a) (x), {b=~\".+\"})", "a+ b+")]
    [InlineData("predict_linear(x{a=\"b\"}[1h], 60)", "-N a! *")]
    [InlineData("quantile_over_time(0.5, x{a=\"b\"}[1h])", "-N a! *")]
    [InlineData("clamp_min(x, 1)", "-N *")]
    [InlineData("timestamp(x)", "-N *")]
    public void Functions_do_what_they_are_documented_to(string expression, string labels) =>
        Flow(expression).ShouldBe(labels);

    [Theory]
    [InlineData("x > 1", "N! *")]
    [InlineData("1 < x", "N! *")]
    [InlineData("x > bool 1", "-N *")]
    [InlineData("x * 2", "-N *")]
    [InlineData("1 + 2", "")]
    [InlineData("x + y", "-N *")]
    [InlineData("x > y", "N! *")]
    [InlineData("x + on (a) y", "a+")]
    [InlineData("x{a=\"b\"} + on (a, c) y{c=\"\"}", "a! -c")]
    [InlineData("x{a=\"b\"} + ignoring (a) y{c=\"d\"}", "-N -a c! *")]
    [InlineData("x + sum by (a) (y)", "-N a+")]
    [InlineData("x * on (a) group_left (b) y", "-N a+ b+ *")]
    [InlineData("x * on (a) group_left (b) sum by (a) (y)", "-N a+ -b *")]
    [InlineData("x * on (a) group_left (b) y{b=\"c\"}", "-N a+ b! *")]
    [InlineData("sum by (a) (y) * on (a) group_right (c) x", "-N a+ -c *")]
    [InlineData("sum by (a, b) (x) * on (a) group_left sum by (a) (y)", "-N a+ b+")]
    [InlineData("sum by (a, b) (x) / ignoring (b) group_left sum by (a) (y)", "-N a+ b+")]
    [InlineData("x > on (a) group_left y", "N! a+ *")]
    [InlineData("x and y{a=\"b\"}", "N! *")]
    [InlineData("x{a=\"b\"} unless on (a) y", "N! a! *")]
    [InlineData("x{a=\"b\"} or y", "N! a? *")]
    [InlineData("sum by (a) (x) or sum by (b) (y)", "a? b?")]
    [InlineData("sum by (a) (x) or vector(0)", "a?")]
    [InlineData("sum by (a) (x) or y", "N? a? *")]
    [InlineData("absent(x{a=\"b\"}) or x{a=\"b\"} == 0", "N? a! *")]
    [InlineData("x ^ 2", "-N *")]
    public void Operators_match_and_merge(string expression, string labels) => Flow(expression).ShouldBe(labels);

    [Theory]
    [InlineData("sum by (job) (x)", "pod", "by (job)", "sum by (job) keeps only what it names")]
    [InlineData("max(sum by (job) (x))", "pod", "max", "max() without by keeps no label")]
    [InlineData("sum without (pod) (x)", "pod", "without (pod)", "sum without (pod) removes it")]
    [InlineData("1 + sum by (pod) (sum by (job) (x))", "pod", "by (job)", "sum by (job) keeps only what it names")]
    [InlineData("x * on (job) y", "pod", "*", "* on (job) keeps only what it names")]
    [InlineData("x * ignoring (pod) y", "pod", "*", "* ignoring (pod) removes it")]
    [InlineData("absent(x)", "pod", "absent", "absent() has only the labels that its selector sets with =")]
    [InlineData("vector(1)", "pod", "vector", "vector() has no labels")]
    [InlineData("x{pod=\"\"}", "pod", "pod=\"\"", "the selector asks for series without it")]
    [InlineData("rate(x[5m])", "__name__", "rate", "rate() drops the metric name")]
    [InlineData("histogram_quantile(0.9, rate(x[5m]))", "le", "histogram_quantile", "histogram_quantile() uses up le")]
    [InlineData(
        "x * on (job) group_left (pod) sum by (job) (y)",
        "pod",
        "by (job)",
        "sum by (job) keeps only what it names"
    )]
    public void A_lost_label_has_a_place_and_a_reason(string expression, string label, string place, string reason)
    {
        var loss = LabelFlow.Of(Parse(expression)).WhyLacking(label).ShouldNotBeNull();
        expression[loss.Span.Start..loss.Span.End].ShouldBe(place);
        loss.Because.ShouldBe(reason);
    }

    [Theory]
    [InlineData("x{a=\"b\"}", "a", "b")]
    [InlineData("x{a=~\"b\"}", "a", "b")]
    [InlineData("sum by (a) (x{a=\"b\"})", "a", "b")]
    [InlineData("x{a=\"b\"} or y{a=\"c\"}", "a", null)]
    [InlineData("x{a=\"b\"} or y{a=\"b\"}", "a", "b")]
    [InlineData("x{a=~\"b|c\"}", "a", null)]
    public void A_value_is_known_where_all_series_share_it(string expression, string label, string? value) =>
        LabelFlow.Of(Parse(expression)).FactOf(label).Value.ShouldBe(value);

    [Fact]
    public void Scraped_series_are_counted_on_to_have_a_job_and_an_instance()
    {
        LabelFlow.Of(Parse("x")).PresenceOf("job").ShouldBe(LabelPresence.Expected);
        LabelFlow.Of(Parse("job:x:sum")).PresenceOf("instance").ShouldBe(LabelPresence.Maybe);
    }

    private static Syntax.Expression Parse(string expression)
    {
        var parsed = PromQlExpression.Parse(expression, PromQlOptions.Any);
        parsed.Errors.ShouldBeEmpty();
        return parsed.Root.ShouldNotBeNull();
    }

    private static string Flow(string expression)
    {
        var flow = LabelFlow.Of(Parse(expression));
        var labels = flow
            .Facts.Where(fact => fact.Name is not ("job" or "instance"))
            .OrderBy(fact => fact.Name is LabelFlow.MetricName ? "" : fact.Name, StringComparer.Ordinal)
            .Select(fact =>
            {
                var name = fact.Name is LabelFlow.MetricName ? "N" : fact.Name;
                return fact.Presence switch
                {
                    LabelPresence.Never => $"-{name}",
                    LabelPresence.Maybe => $"{name}?",
                    LabelPresence.Expected => $"{name}+",
                    _ => $"{name}!",
                };
            });
        return string.Join(' ', flow.IsOpen ? labels.Append("*") : labels);
    }
}
