using Binnacle.PromQL.Linting.Selectors;

namespace Binnacle.PromQL.Tests.Linting.Selectors;

public sealed class UpWithoutJobTests
{
    [Theory]
    [InlineData(
        "up == 0",
        """expr:1:1: up without a job speaks for the targets of every team; select your own: up{job="…"} (up-without-job)"""
    )]
    [InlineData(
        "up{} < 1",
        """expr:1:1: up without a job speaks for the targets of every team; select your own: up{job="…"} (up-without-job)"""
    )]
    [InlineData(
        """up{job=~".*"} == 0""",
        """expr:1:1: up without a job speaks for the targets of every team; select your own: up{job="…"} (up-without-job)"""
    )]
    public void Hits(string expression, string finding) => Linted.Find<UpWithoutJob>(expression).ShouldBe([finding]);

    [Theory]
    [InlineData("""up{job="a"} == 0""")]
    [InlineData("""up{instance=~"db.*"} == 0""")]
    [InlineData("count by (job) (up == 0) / count by (job) (up) > 0.1")]
    [InlineData("up == 0 unless on (job) sum by (job) (up) == 0")]
    [InlineData("probe_success == 0")]
    [InlineData("avg_over_time(up[5m]) < 0.5")]
    public void Stays_silent(string expression) => Linted.Find<UpWithoutJob>(expression).ShouldBeEmpty();
}
