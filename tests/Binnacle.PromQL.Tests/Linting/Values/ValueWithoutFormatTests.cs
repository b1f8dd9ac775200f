using Binnacle.PromQL.Linting;
using Binnacle.PromQL.Linting.Values;

namespace Binnacle.PromQL.Tests.Linting.Values;

public sealed class ValueWithoutFormatTests
{
    [Theory]
    [InlineData(
        "rate(errors_total[5m]) > 1",
        "{{ $value }} errors per second",
        "annotations.summary:1:4: the value is printed with all its digits; format it, such as with | humanize (value-without-format)"
    )]
    [InlineData(
        "sum(rate(a_total{b=\"c\"}[5m])) / sum(rate(a_total[5m])) > 0.1",
        "{{ .Value }}",
        "annotations.summary:1:4: the value is printed with all its digits; format it, such as with | humanizePercentage (value-without-format)"
    )]
    [InlineData(
        "histogram_quantile(0.9, sum by (le) (rate(x_bucket[5m]))) > 1",
        "{{ $value }}",
        "annotations.summary:1:4: the value is printed with all its digits; format it, such as with | humanize (value-without-format)"
    )]
    [InlineData(
        "lag_seconds > 60",
        "{{ $value }} {{ $value }}",
        "annotations.summary:1:4: the value is printed with all its digits; format it, such as with | humanizeDuration (value-without-format)"
    )]
    [InlineData(
        "free_bytes < 1e9",
        "{{ $value }}",
        "annotations.summary:1:4: the value is printed with all its digits; format it, such as with | humanize1024 (value-without-format)"
    )]
    public void Hits(string expression, string summary, string finding) =>
        Find(expression, summary).ShouldBe([finding]);

    [Theory]
    [InlineData("rate(errors_total[5m]) > 1", "{{ $value | humanize }}")]
    [InlineData("rate(errors_total[5m]) > 1", "{{ printf \"%.2f\" $value }}")]
    [InlineData("count(up == 0) > 1", "{{ $value }} down")]
    [InlineData("up == 0", "{{ $value }}")]
    [InlineData("queue_length > 5", "{{ $value }}")]
    [InlineData("lag_seconds == 0", "{{ $value }}")]
    [InlineData("rate(errors_total[5m]) > 1", "{{ if gt $value 5.0 }}many{{ end }}")]
    [InlineData("rate(errors_total[5m]) > 1", "no value")]
    public void Stays_silent(string expression, string summary) => Find(expression, summary).ShouldBeEmpty();

    private static IReadOnlyList<string> Find(string expression, string summary) =>
        Linted.Find<ValueWithoutFormat>(
            expression,
            change: context =>
                context with
                {
                    Annotations = [new LintField("summary", new LintSource("annotations.summary", summary))],
                }
        );
}
