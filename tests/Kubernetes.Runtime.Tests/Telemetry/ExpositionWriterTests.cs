using Kubernetes.Runtime.Telemetry.Exposition;

namespace Kubernetes.Runtime.Tests.Telemetry;

public sealed class ExpositionWriterTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 1, 0, 0, 0, 250, TimeSpan.Zero);

    private static readonly MetricFamily[] Families =
    [
        new(
            "work_duration_seconds",
            MetricType.Histogram,
            "How long.",
            [
                new HistogramSeries(
                    Labels(("name", "stack")),
                    [
                        new Bucket(0.1, 2, new Exemplar(0.07, new string('a', 32), new string('b', 16), At)),
                        new Bucket(1, 0, null),
                        new Bucket(double.PositiveInfinity, 1, null),
                    ],
                    12.5
                ),
            ]
        ),
        new(
            "adds_total",
            MetricType.Counter,
            "Back\\slash, \"quotes\"\nand a line.",
            [new NumberSeries(Labels(("a", "x\\y\"z\nnew"), ("b", "ü")), 3), new NumberSeries(Labels(("a", "z")), 0)]
        ),
        new("depth", MetricType.Gauge, "Now.", [new NumberSeries([], double.NegativeInfinity)]),
        new("empty", MetricType.Gauge, "Nothing yet.", []),
        new("small_ratio", MetricType.Gauge, "Small.", [new NumberSeries([], 1.5e-9)]),
    ];

    [Fact]
    [Trait("Guarantee", "M1")]
    public void Prometheus_text_has_help_type_escapes_and_cumulative_buckets() =>
        ExpositionWriter
            .Write(Families, ExpositionFormat.PrometheusText)
            .ShouldBe(
                """
                # HELP adds_total Back\\slash, "quotes"\nand a line.
                # TYPE adds_total counter
                adds_total{a="x\\y\"z\nnew",b="ü"} 3
                adds_total{a="z"} 0
                # HELP depth Now.
                # TYPE depth gauge
                depth -Inf
                # HELP small_ratio Small.
                # TYPE small_ratio gauge
                small_ratio 1.5E-09
                # HELP work_duration_seconds How long.
                # TYPE work_duration_seconds histogram
                work_duration_seconds_bucket{name="stack",le="0.1"} 2
                work_duration_seconds_bucket{name="stack",le="1"} 2
                work_duration_seconds_bucket{name="stack",le="+Inf"} 3
                work_duration_seconds_sum{name="stack"} 12.5
                work_duration_seconds_count{name="stack"} 3

                """.ReplaceLineEndings("\n")
            );

    [Fact]
    [Trait("Guarantee", "M2")]
    public void OpenMetrics_has_family_names_units_exemplars_and_an_end() =>
        ExpositionWriter
            .Write(Families, ExpositionFormat.OpenMetrics)
            .ShouldBe(
                """
                # HELP adds Back\\slash, \"quotes\"\nand a line.
                # TYPE adds counter
                adds_total{a="x\\y\"z\nnew",b="ü"} 3
                adds_total{a="z"} 0
                # HELP depth Now.
                # TYPE depth gauge
                depth -Inf
                # HELP small_ratio Small.
                # TYPE small_ratio gauge
                # UNIT small_ratio ratio
                small_ratio 1.5E-09
                # HELP work_duration_seconds How long.
                # TYPE work_duration_seconds histogram
                # UNIT work_duration_seconds seconds
                work_duration_seconds_bucket{name="stack",le="0.1"} 2 # {trace_id="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",span_id="bbbbbbbbbbbbbbbb"} 0.07 1767225600.25
                work_duration_seconds_bucket{name="stack",le="1.0"} 2
                work_duration_seconds_bucket{name="stack",le="+Inf"} 3
                work_duration_seconds_sum{name="stack"} 12.5
                work_duration_seconds_count{name="stack"} 3
                # EOF

                """.ReplaceLineEndings("\n")
            );

    [Theory]
    [Trait("Guarantee", "M3")]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("*/*", false)]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false)]
    [InlineData("text/plain;version=0.0.4", false)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    [InlineData("Application/OpenMetrics-Text;version=\"1.0.0\"", true)]
    [InlineData("application/openmetrics-text;version=2.0.0", false)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0", false)]
    [InlineData("application/openmetrics-text;q=0.2,text/plain;q=0.5", false)]
    [InlineData("application/openmetrics-text;q=nonsense", false)]
    [InlineData(
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
        true
    )]
    [InlineData(
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,application/openmetrics-text;version=1.0.0;q=0.6,*/*;q=0.1",
        true
    )]
    [InlineData(";;,,=;q=", false)]
    public void The_format_is_the_one_that_the_client_likes_best(string? accept, bool openMetrics) =>
        ExpositionFormat.Negotiate(accept).IsOpenMetrics.ShouldBe(openMetrics);

    private static KeyValuePair<string, string>[] Labels(params (string Name, string Value)[] labels) =>
        [.. labels.Select(label => KeyValuePair.Create(label.Name, label.Value))];
}
