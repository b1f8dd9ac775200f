using Binnacle.PromQL.Linting.Rules;

namespace Binnacle.PromQL.Tests.Linting.Rules;

public sealed class DeprecatedFunctionTests
{
    [Theory]
    [InlineData(
        "holt_winters(x[1h], 0.5, 0.5) > 1",
        "expr:1:1: Prometheus 3 calls holt_winters() double_exponential_smoothing() and keeps it behind an option; use avg_over_time() or predict_linear(), or turn on promql-experimental-functions and rename it (deprecated-holt-winters)"
    )]
    public void Hits(string expression, string finding) =>
        Linted.Find<DeprecatedFunction>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("double_exponential_smoothing(x[1h], 0.5, 0.5) > 1")]
    [InlineData("holt_winters > 1")]
    public void Stays_silent(string expression) => Linted.Find<DeprecatedFunction>(expression).ShouldBeEmpty();
}
