namespace Binnacle.PromQL.Tests;

public sealed class PromQlTextTests
{
    [Theory]
    [InlineData("up", " up # comment")]
    [InlineData("up{a='b'}", "up{a=\"b\"}")]
    [InlineData("up{a=\"\\u00e9\"}", "up{a='é'}")]
    [InlineData("up{a=\"\\xc3\\xa9\"}", "up{a='é'}")]
    [InlineData("up{b='2',a='1',}", "up{a=\"1\",b=\"2\"}")]
    [InlineData("{'up'}", "{__name__=\"up\"}")]
    [InlineData("sum(up) BY (a)", "sum by (a) (up)")]
    [InlineData("sum by () (up)", "sum(up)")]
    [InlineData("up > 1e3", "up > 1000")]
    [InlineData("up[90s]", "up[1m30s]")]
    [InlineData("rate(up[300] OFFSET 60)", "rate(up[5m] offset 1m)")]
    [InlineData("up offset 5m @ 10", "up @ 10.000 offset 5m")]
    [InlineData("up offset 0s", "up")]
    [InlineData("a AND b", "a and b")]
    [InlineData("a + ignoring () b", "a + b")]
    [InlineData("a * on (x) group_left b", "a * on (x) group_left () b")]
    public void Finds_the_same_query(string a, string b)
    {
        PromQlText.Equivalent(a, b).ShouldBeTrue();
        PromQlText.Equivalent(b, a).ShouldBeTrue();
    }

    [Theory]
    [InlineData("up", "up2")]
    [InlineData("up{a='b'}", "up{a!='b'}")]
    [InlineData("up{a='b'}", "up{a='c'}")]
    [InlineData("up{a=\"\\xff\"}", "up{a=\"ÿ\"}")]
    [InlineData("a + b", "b + a")]
    [InlineData("(a)", "a")]
    [InlineData("up[5m]", "up[5m:]")]
    [InlineData("sum by (a) (up)", "sum without (a) (up)")]
    [InlineData("a > b", "a > bool b")]
    [InlineData("rate(up[5m])", "irate(up[5m])")]
    [InlineData("up offset 5m", "up offset -5m")]
    [InlineData("up +", "up -")]
    public void Tells_queries_apart(string a, string b) => PromQlText.Equivalent(a, b).ShouldBeFalse();

    /// <summary>promtool's format of an expression is the printer that <c>/api/v1/rules</c> uses, with line breaks.</summary>
    [Fact]
    public async Task Knows_an_expression_that_Prometheus_printed()
    {
        var promtool = Promtool.OrSkip();
        foreach (var batch in Expressions.Vectors.Chunk(40))
        {
            var text = string.Join("\nor ", batch.Select(e => $"({e}\n)"));
            var (_, printed) = await promtool.FormatAsync(text);
            PromQlText.Equivalent(text, printed).ShouldBeTrue(printed);
        }
    }
}
