using Binnacle.PromQL.Grafana;

namespace Binnacle.PromQL.Tests.Grafana;

/// <summary>Queries of dashboards: what Grafana fills in must neither hide a fault nor be taken for one.</summary>
public sealed class GrafanaQueryTests
{
    [Theory]
    [InlineData("rate(http_requests_total{job=\"$job\"}[$__rate_interval])")]
    [InlineData("rate(http_requests_total{job=~\"${job:regex}\"}[${__rate_interval}])")]
    [InlineData("sum by ($group) (rate(a_total[[[interval]]]))")]
    [InlineData("sum by (le, [[group:csv]]) (rate(a_total[$interval]))")]
    [InlineData("increase(a_total[${__range_s}s])")]
    [InlineData("increase(a_total[$n$unit])")]
    [InlineData("increase(a_total[${n}m])")]
    [InlineData("increase(a_total[5${unit}])")]
    [InlineData("max_over_time(a[$__range:$__interval])")]
    [InlineData("a offset $shift")]
    [InlineData("a offset -${shift}")]
    [InlineData("topk($n, a)")]
    [InlineData("histogram_quantile($q, sum by (le) (rate(a_bucket[5m])))")]
    [InlineData("quantile_over_time($q, a[5m]) > $threshold")]
    [InlineData("topk($n, $metric)")]
    [InlineData("$metric{job=\"a\"}")]
    [InlineData("http_${kind}_total{$label=\"x\"}")]
    [InlineData("a{$filters}")]
    [InlineData("a{job=\"x\",$filters}")]
    [InlineData("a{${filters:raw}}")]
    [InlineData("$agg(a)")]
    [InlineData("$agg by (job) (a)")]
    [InlineData("$fn(a[5m])")]
    [InlineData("$agg($fn(a[5m]))")]
    [InlineData("label_replace(a, \"b\", \"$1\", \"c\", \"(.*)\")")]
    [InlineData("a > 0 # of $job (\nand b")]
    [InlineData("rate(a[5m]) * $__interval_ms / 1000")]
    [InlineData("a{b='it\\'s $x'}")]
    public void Right_for_some_values_is_right(string query) => GrafanaQuery.Read(query).Errors.ShouldBeEmpty();

    [Theory]
    [InlineData("rate(a{job=\"$job\"}[$__rate_interval]", 1, 5)]
    [InlineData("rate(a{job=\"${job:regex}\"})", 1, 6)]
    [InlineData("rate(a[[[interval]]]) > > 1", 1, 25)]
    [InlineData("sum(a{job=\"[[job]]\"}) bi (b)", 1, 23)]
    public void What_no_value_mends_is_an_error_at_its_place_in_the_text(string query, int line, int column)
    {
        var read = GrafanaQuery.Read(query);

        read.IsCertain.ShouldBeTrue();
        var error = read.Errors.ShouldHaveSingleItem();
        (error.Line, error.Column).ShouldBe((line, column), error.ToString());
    }

    [Fact]
    public void Beside_a_variable_that_may_hold_anything_nothing_is_certain()
    {
        var read = GrafanaQuery.Read("rate(a[5m]) $comparison 5");

        read.IsCertain.ShouldBeFalse();
        read.Errors.ShouldNotBeEmpty();
    }

    [Fact]
    public void Places_in_the_text_are_found_again()
    {
        const string Query = "a{x=\"${service:regex}\"} / b";
        var read = GrafanaQuery.Read(Query);

        read.Text.ShouldBe("a{x=\"x\"} / b");
        read.ToSource(read.Text.IndexOf('b')).ShouldBe(Query.Length - 1);
        read.IsVariable(5, 6).ShouldBeTrue();
        read.IsVariable(0, 5).ShouldBeFalse();
    }
}
