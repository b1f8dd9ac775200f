using Binnacle.PromQL.Linting.Rules;

namespace Binnacle.PromQL.Tests.Linting.Rules;

public sealed class AlertNameConventionTests
{
    [Theory]
    [InlineData("high_error_rate", "HighErrorRate")]
    [InlineData("high-error-rate", "HighErrorRate")]
    [InlineData("High error rate", "HighErrorRate")]
    [InlineData("highErrorRate", "HighErrorRate")]
    [InlineData("Slow(p99)", "SlowP99")]
    [InlineData("99th", "words such as HighErrorRate")]
    public void Hits(string name, string better) =>
        Linted
            .FindInRule<AlertNameConvention>($"{{alert: '{name}', expr: up == 0}}")
            .ShouldBe([
                $"alert:1:1: \"{name}\" is not in PascalCase, as names of alerts are by convention; write {better} (alert-name-convention)",
            ]);

    [Theory]
    [InlineData("{alert: HighErrorRate, expr: up == 0}")]
    [InlineData("{alert: KubeAPIDown, expr: up == 0}")]
    [InlineData("{alert: P99Slow, expr: up == 0}")]
    [InlineData("{record: 'job:up:sum', expr: up}")]
    public void Stays_silent(string rule) => Linted.FindInRule<AlertNameConvention>(rule).ShouldBeEmpty();
}
