using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Values;

namespace Binnacle.PromQL.Tests.Linting.Values;

public sealed class PercentNotScaledTests
{
    private const string Share = "sum(rate(a_total{code=\"500\"}[5m])) / sum(rate(a_total[5m])) > 0.05";
    private const string Percent = "100 * sum(rate(a_total{code=\"500\"}[5m])) / sum(rate(a_total[5m])) > 5";

    [Theory]
    [InlineData(
        Share,
        "{{ $value }}% fail",
        "annotations.summary:1:4: the value is a ratio, where 1 is all of it, and is printed as a percentage; print it with humanizePercentage, or multiply the expression by 100 (percent-not-scaled)"
    )]
    [InlineData(
        Share,
        "{{ printf \"%.1f%%\" $value }}",
        "annotations.summary:1:20: the value is a ratio, where 1 is all of it, and is printed as a percentage; print it with humanizePercentage, or multiply the expression by 100 (percent-not-scaled)"
    )]
    [InlineData(
        "disk_used_ratio > 0.9",
        "{{ $value | humanize }} percent",
        "annotations.summary:1:4: the value is a ratio, where 1 is all of it, and is printed as a percentage; print it with humanizePercentage, or multiply the expression by 100 (percent-not-scaled)"
    )]
    [InlineData(
        Percent,
        "{{ $value | humanizePercentage }}",
        "annotations.summary:1:4: humanizePercentage multiplies by 100, and the expression does so already; print it with printf \"%.1f%%\", or remove * 100 from the expression (percent-not-scaled)"
    )]
    [InlineData(
        "disk_used_percent > 90",
        "{{ $value | humanizePercentage }}",
        "annotations.summary:1:4: humanizePercentage multiplies by 100, and the expression does so already; print it with printf \"%.1f%%\", or remove * 100 from the expression (percent-not-scaled)"
    )]
    [InlineData(
        "disk_used_ratio > 90",
        "{{ $value }}%",
        "expr:1:19: disk_used_ratio is a ratio by its name, where 1 is all of it; write 0.9, or make sure that the exporter means per cent (percent-not-scaled)"
    )]
    public void Hits(string expression, string summary, string finding) =>
        Find(expression, summary).ShouldBe([finding]);

    [Theory]
    [InlineData(Share, "{{ $value | humanizePercentage }}")]
    [InlineData(Share, "{{ $value }} of all")]
    [InlineData(Percent, "{{ $value | humanize }}%")]
    [InlineData("a_bytes / b_bytes * 100 > 5", "{{ $value }}%")]
    [InlineData("100 * a_bytes / b_bytes > 5", "{{ $value }}%")]
    [InlineData("foo > 5", "{{ $value }}%")]
    [InlineData("disk_used_percent > 90", "{{ $value }}%")]
    [InlineData("rate(a_seconds_sum[5m]) / rate(a_seconds_count[5m]) > 5", "{{ $value }}% of a second")]
    [InlineData("disk_used_ratio > 0.9", "{{ if gt $value 0.95 }}99%{{ end }}")]
    [InlineData("disk_used_ratio > 1", "{{ $labels.job }}%")]
    public void Stays_silent(string expression, string summary) => Find(expression, summary).ShouldBeEmpty();

    [Theory]
    [InlineData("job_errors_percent", "sum(rate(a_total{b=\"c\"}[5m])) / sum(rate(a_total[5m]))", 1)]
    [InlineData("job:errors_ratio", "100 * sum(rate(a_total{b=\"c\"}[5m])) / sum(rate(a_total[5m]))", 1)]
    [InlineData("job:errors_ratio", "sum(rate(a_total{b=\"c\"}[5m])) / sum(rate(a_total[5m]))", 0)]
    [InlineData("job:errors:rate5m", "100 * sum(rate(a_total{b=\"c\"}[5m])) / sum(rate(a_total[5m]))", 0)]
    public void The_name_of_a_recorded_metric_says_what_it_holds(string name, string expression, int findings) =>
        Linted
            .Find<PercentNotScaled>(
                expression,
                LintUse.Recording,
                context => context with { Name = new LintSource("record", name) }
            )
            .Count.ShouldBe(findings);

    private static IReadOnlyList<string> Find(string expression, string summary) =>
        Linted.Find<PercentNotScaled>(
            expression,
            change: context =>
                context with
                {
                    Annotations = [new LintField("summary", new LintSource("annotations.summary", summary))],
                }
        );
}
