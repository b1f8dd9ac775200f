using Binnacle.PromQL.Linting.Labels;

namespace Binnacle.PromQL.Tests.Linting.Labels;

public sealed class AnnotationLabelLostTests
{
    [Theory]
    [Trait("Guarantee", "N7")]
    [InlineData(
        "sum by (job) (up) < 3",
        "{{ $labels.job }} on {{ $labels.instance }}",
        "annotations.summary:1:33: the alert has no label instance, so this prints nothing: sum by (job) keeps only what it names; keep instance in the aggregation, or leave it out here (annotation-label-lost)"
    )]
    [InlineData(
        "absent(up{job='a'})",
        "{{ .Labels.instance }}",
        "annotations.summary:1:12: the alert has no label instance, so this prints nothing: absent() has only the labels that its selector sets with =; set instance with = in the selector, or leave it out here (annotation-label-lost)"
    )]
    [InlineData(
        "a * on (job) b > 1",
        "{{ $labels.pod }}",
        "annotations.summary:1:12: the alert has no label pod, so this prints nothing: * on (job) keeps only what it names; add pod to on (…) or to a group clause, or leave it out here (annotation-label-lost)"
    )]
    [InlineData(
        "rate(x_total[5m]) > 1",
        "{{ $labels.__name__ }}",
        "annotations.summary:1:12: the alert has no label __name__, so this prints nothing: rate() drops the metric name; leave it out here (annotation-label-lost)"
    )]
    [InlineData(
        "sum(up) < 3",
        "{{ if eq $labels.job \"a\" }}{{ $labels.job }}{{ end }}",
        "annotations.summary:1:18: the alert has no label job, so this prints nothing: sum() without by keeps no label; keep job in the aggregation, or leave it out here (annotation-label-lost)"
    )]
    [InlineData(
        "vector(time()) > 5",
        "{{ index $labels \"job\" }}",
        "annotations.summary:1:19: the alert has no label job, so this prints nothing: vector() has no labels; leave it out here (annotation-label-lost)"
    )]
    public void Hits(string expression, string summary, string finding) =>
        Linted.FindInRule<AnnotationLabelLost>(Rule(expression, summary)).ShouldBe([finding]);

    [Theory]
    [InlineData("sum by (job) (up) < 3", "{{ $labels.job }}")]
    [InlineData("up == 0", "{{ $labels.whatever }}")]
    [InlineData("sum without (pod) (up) < 3", "{{ $labels.instance }}")]
    [InlineData("absent(up{job='a'})", "{{ $labels.job }}")]
    [InlineData("absent(up{job='a'}) or up == 0", "{{ $labels.instance }}")]
    [InlineData("a * on (job) group_left (team) b > 1", "{{ $labels.pod }} {{ $labels.team }}")]
    [InlineData("sum by (job) (up) < 3", "{{ $externalLabels.cluster }}")]
    [InlineData("sum by (job) (up) < 3", "{{ range query \"up\" }}{{ .Labels.instance }}{{ end }}")]
    [InlineData("sum by (job) (up) < 3", "{{ $labels.alertname }}")]
    [InlineData("label_replace(sum by (job) (up), 'team', '$1', 'job', '(.*)-.*') < 3", "{{ $labels.team }}")]
    [InlineData("count_values('version', build_info) > 3", "{{ $labels.version }}")]
    [InlineData("sum by (job) (up) < 3", "$labels.instance")]
    [InlineData("topk by (job) (2, up) < 3", "{{ $labels.instance }}")]
    public void Stays_silent(string expression, string summary) =>
        Linted.FindInRule<AnnotationLabelLost>(Rule(expression, summary)).ShouldBeEmpty();

    private static string Rule(string expression, string summary) =>
        $"""
            alert: A
            expr: {expression}
            annotations:
              summary: '{summary}'
            """;
}
