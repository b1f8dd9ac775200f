namespace Binnacle.PromQL.Tests;

public sealed class SelectorScoperTests
{
    [Theory]
    [InlineData("up", "up{namespace=\"shop\"}")]
    [InlineData("up{}", "up{namespace=\"shop\"}")]
    [InlineData("up{ }", "up{namespace=\"shop\" }")]
    [InlineData("up{job=\"a\"}", "up{job=\"a\",namespace=\"shop\"}")]
    [InlineData("up{job=\"a\",}", "up{job=\"a\",namespace=\"shop\",}")]
    [InlineData("up{job=\"a\" # }\n}", "up{job=\"a\",namespace=\"shop\" # }\n}")]
    [InlineData("{\"my metric\"}", "{\"my metric\",namespace=\"shop\"}")]
    [InlineData("up{namespace=\"shop\"}", "up{namespace=\"shop\"}")]
    [InlineData("up{namespace='shop'}", "up{namespace=\"shop\"}")]
    [InlineData("up{\"namespace\"=~\"shop|other\", job=\"a\"}", "up{namespace=\"shop\", job=\"a\"}")]
    [InlineData("up{namespace!=\"other\",namespace!~\"x.*\"}", "up{namespace=\"shop\",namespace=\"shop\"}")]
    [InlineData("up{namespace=~\"\\\\Qshop\\\\E\"}", "up{namespace=\"shop\"}")]
    [InlineData(
        "sum by (namespace) (rate(a:b[5m] offset 1h))",
        "sum by (namespace) (rate(a:b{namespace=\"shop\"}[5m] offset 1h))"
    )]
    [InlineData(
        "a + on (by) group_left (sum) by",
        "a{namespace=\"shop\"} + on (by) group_left (sum) by{namespace=\"shop\"}"
    )]
    [InlineData(
        "max_over_time((a > b)[1h:5m])",
        "max_over_time((a{namespace=\"shop\"} > b{namespace=\"shop\"})[1h:5m])"
    )]
    [InlineData("vector(1) > time()", "vector(1) > time()")]
    [InlineData("topk(scalar(k), up)", "topk(scalar(k{namespace=\"shop\"}), up{namespace=\"shop\"})")]
    [InlineData(
        "label_replace(up, 'namespace', '{up}', '', '')",
        "label_replace(up{namespace=\"shop\"}, 'namespace', '{up}', '', '')"
    )]
    [InlineData("info(up, {a=\"b\"})", "info(up{namespace=\"shop\"}, {a=\"b\",namespace=\"shop\"})")]
    public void Confines_every_selector(string expression, string confined)
    {
        var result = SelectorScoper.Enforce(expression, "namespace", "shop");
        result.Errors.ShouldBeEmpty();
        result.Expression.ShouldBe(confined);
    }

    [Theory]
    [InlineData(
        "a + b{namespace=\"other\"}",
        "1:7: namespace=\"other\" excludes namespace=\"shop\", to which this rule is confined, expected namespace=\"shop\", or no matcher on namespace"
    )]
    [InlineData(
        "up{namespace!='shop'}",
        "1:4: namespace!='shop' excludes namespace=\"shop\", to which this rule is confined, expected namespace=\"shop\", or no matcher on namespace"
    )]
    [InlineData(
        "up{namespace=~\"a|b\"}",
        "1:4: namespace=~\"a|b\" excludes namespace=\"shop\", to which this rule is confined, expected namespace=\"shop\", or no matcher on namespace"
    )]
    [InlineData(
        "up{namespace!~\"s.*\"}",
        "1:4: namespace!~\"s.*\" excludes namespace=\"shop\", to which this rule is confined, expected namespace=\"shop\", or no matcher on namespace"
    )]
    [InlineData("up +", "1:5: unexpected end of input, expected a metric, a number, a function call or \"(\"")]
    [InlineData(
        "info(up)",
        "1:1: info() without a selector reads target_info of every namespace, expected a second argument, such as info(…, {namespace=\"shop\"})"
    )]
    public void Says_why_not(string expression, string error)
    {
        var result = SelectorScoper.Enforce(expression, "namespace", "shop");
        result.Expression.ShouldBeNull();
        result.Errors.ShouldHaveSingleItem().ToString().ShouldBe(error);
    }

    [Fact]
    public void Quotes_label_and_value_where_they_need_it() =>
        SelectorScoper.Enforce("up", "k8s.ns", "a\"b\\c\n").Expression.ShouldBe("up{\"k8s.ns\"=\"a\\\"b\\\\c\\n\"}");

    /// <summary>Against <c>promtool promql label-matchers set</c>, 60 expressions to a process, compared in promtool's own format.</summary>
    [Fact]
    public async Task Confines_as_promtool_does()
    {
        var promtool = Promtool.OrSkip();
        var generator = new ExpressionGenerator(seed: 7);
        var expressions = Expressions
            .Vectors.Concat(Enumerable.Range(0, 600).Select(i => generator.Vector(i % 4)))
            .Distinct()
            .ToList();
        var refusals = await promtool.RefusalsAsync(expressions);
        var valid = expressions.Where((_, i) => !refusals.ContainsKey(i)).ToList();
        valid.Count.ShouldBeGreaterThan(400);

        foreach (var batch in valid.Chunk(60))
        {
            var confined = batch.Select(e => SelectorScoper.Enforce(e, "tenant", "shop").Expression.ShouldNotBeNull(e));
            var expected = await promtool.SetMatcherAsync(Join(batch), "tenant", "shop");
            var actual = await promtool.FormatAsync(Join(confined));
            expected.ExitCode.ShouldBe(0, expected.Output);
            actual.Output.ShouldBe(expected.Output);
        }

        static string Join(IEnumerable<string> parts) => string.Join("\nor ", parts.Select(e => $"({e}\n)"));
    }
}
