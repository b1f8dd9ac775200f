namespace Binnacle.PromQL.Tests;

/// <summary>What is said of faults: where they begin and end, what was expected, what was meant, and how many at once.</summary>
public sealed class FaultTests
{
    [Theory]
    [Trait("Guarantee", "P4")]
    // Names.
    [InlineData("histogram_quantil(0.9, x)", "histogram_quantil", "histogram_quantile")]
    [InlineData("ratee(x[5m])", "ratee", "rate")]
    [InlineData("smu(x)", "smu", "sum")]
    [InlineData("avg_over_tiem(x[5m])", "avg_over_tiem", "avg_over_time")]
    [InlineData("RATE(x[5m])", "RATE", "rate")]
    // Operators of other languages, and slips.
    [InlineData("a && b", "&&", "and")]
    [InlineData("a || b", "||", "or")]
    [InlineData("a | b", "|", "or")]
    [InlineData("a =< 5", "=<", "<=")]
    [InlineData("a => 5", "=>", ">=")]
    [InlineData("a <> 5", "<>", "!=")]
    [InlineData("a =! 5", "=!", "!=")]
    [InlineData("a = 5", "=", "==")]
    [InlineData("a === 5", "===", "==")]
    [InlineData("a ** 2", "*", "^")]
    [InlineData("a adn b", "adn", "and")]
    [InlineData("a unles b", "unles", "unless")]
    [InlineData("a not b", "not", "unless")]
    [InlineData("a ≥ 5", "≥", ">=")]
    [InlineData("a – b", "–", "-")]
    [InlineData("a\u00a0+ b", "\u00a0", "a space")]
    // Matchers.
    [InlineData("a{b==\"c\"}", "==", "=")]
    [InlineData("a{b!\"c\"}", "!", "!=")]
    [InlineData("a{b:\"c\"}", ":", "=")]
    [InlineData("a{b=c}", "c", "\"c\"")]
    [InlineData("a{b=\"c\" d=\"e\"}", "d", ",")]
    [InlineData("a{b=\"c\" && d=\"e\"}", "&&", ",")]
    [InlineData("a{b=~\"\\d+\"}", "\\d", "\\\\d")]
    [InlineData("a{b=“c”}", "“", "\"")]
    // Durations.
    [InlineData("rate(a[5 m])", "m", "5m")]
    [InlineData("rate(a[5M])", "5M", "5m")]
    [InlineData("rate(a[5min])", "5min", "5m")]
    [InlineData("rate(a[1.5h])", "1.5h", "1h30m")]
    [InlineData("rate(a[1H])", "1H", "1h")]
    [InlineData("rate(a[30m1h])", "30m1h", "1h30m")]
    [InlineData("rate(a[2days])", "2days", "2d")]
    [InlineData("rate(a[m])", "m", "1m")]
    [InlineData("a offset 90seconds", "90seconds", "1m30s")]
    [InlineData("a > 5 m", "m", "5m")]
    // Clauses.
    [InlineData("sum by instance (a)", "instance", "by (instance)")]
    [InlineData("sum(a) without x, y", "x", "without (x, y)")]
    [InlineData("a * on job b", "job", "on (job)")]
    [InlineData("sum(a) bby (c)", "bby", "by")]
    [InlineData("(a)[5m]", "[5m]", "[5m:]")]
    [InlineData("sum(a)[5m]", "[5m]", "[5m:]")]
    public void Knows_what_was_meant(string expression, string faulty, string meant)
    {
        var error = SyntaxCheck.Check(expression)[0];
        expression[error.Offset..error.End].ShouldBe(faulty);
        error.Suggestion.ShouldBe(meant, error.ToString());
        error.ToString().ShouldEndWith($"(did you mean {meant}?)");
    }

    [Theory]
    [InlineData("sum(rate(a[5m])", "1:4: \"(\" is never closed, expected \")\"")]
    [InlineData("rate(a[5m)", "1:10: unexpected \")\", expected \"]\"")]
    [InlineData(
        "a by (b)",
        "1:3: \"by\" belongs to an aggregation, expected sum, max or another aggregation before it, as in sum by (x) (foo)"
    )]
    [InlineData(
        "a on (b) c",
        "1:3: \"on\" stands behind an operator, expected an operator before it, as in a * on (x) b"
    )]
    [InlineData(
        "$__rate_interval",
        "1:1: unexpected \"$\": a variable of Grafana or of a template, which a rule does not have"
    )]
    [InlineData(
        "a{b=~\"x(\"}",
        "1:8: bad regular expression for b, character 2: missing closing ): this ( is never closed; close it with ), or write \\( for the character"
    )]
    public void Says_what_is_wrong(string expression, string message)
    {
        var error = SyntaxCheck.Check(expression)[0].ToString();
        error.ShouldBe(message);
    }

    [Theory]
    [Trait("Guarantee", "P4")]
    [InlineData("rat(a[5m]) + abz(b)", "1 14")]
    [InlineData("sum(a +) + foo(", "8 12")]
    [InlineData("sum(rate(a)) by (b", "10 17")]
    [InlineData("a{b=c, d==\"e\", f!\"g\"}", "5 9 17")]
    [InlineData("sum by (a b, 5, c) (x) && y", "11 14 24")]
    [InlineData("max(rate(x[5 m]), 1) + sum(y[5m])", "1 14 19 28")]
    [InlineData("label_replace(x, 1, 2, 3, 4)", "18 21 24 27")]
    [InlineData("rate(a[5x]) + rate(b[6y7y]) + c offset 3q", "8 22 40")]
    [InlineData("clamp(a = 1, &&, 2) or \"x\"", "9 14 24")]
    [InlineData("a && b || c", "3 8")]
    public void Finds_several_at_once(string expression, string columns) =>
        string.Join(' ', SyntaxCheck.Check(expression).Select(error => error.Column)).ShouldBe(columns);

    [Fact]
    public void Stops_counting_when_all_is_wrong() =>
        SyntaxCheck.Check(string.Join(" + ", Enumerable.Repeat("nofunction(x)", 500))).Count.ShouldBe(10);

    [Fact]
    [Trait("Guarantee", "P4")]
    public void Every_fault_lies_within_the_text_and_in_order()
    {
        string[] corpus = [.. Expressions.All];
        foreach (var expression in RandomSets.Mixed(seed: 17, corpus, PromQlOptions.Any).Take(8_000))
        {
            var errors = SyntaxCheck.Check(expression);
            var last = 0;
            foreach (var error in errors)
            {
                error.Offset.ShouldBeInRange(last, expression.Length, expression);
                error.End.ShouldBeInRange(error.Offset, expression.Length, expression);
                error.Message.ShouldNotBeEmpty();
                error.Line.ShouldBe(1 + expression.AsSpan(0, error.Offset).Count('\n'));
                last = error.Offset;
            }
        }
    }
}
