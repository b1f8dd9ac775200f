using System.Diagnostics;
using System.Diagnostics.Metrics;
using Binnacle.Testing;
using FsCheck;
using FsCheck.Fluent;
using Kubernetes.Runtime.Telemetry.Collection;
using Kubernetes.Runtime.Telemetry.Exposition;

namespace Kubernetes.Runtime.Tests.Telemetry;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly MetricsCollector _collector;
    private readonly Meter _meter;

    public MetricsCollectorTests()
    {
        _collector = new MetricsCollector(_time);
        _meter = _collector.Create(new MeterOptions("test"));
    }

    public void Dispose() => _collector.Dispose();

    [Fact]
    public void Counters_add_up_by_labels_in_whatever_order_they_come()
    {
        var counter = _meter.CreateCounter<long>("things");
        counter.Add(1, new("a", "1"), new("b", 2));
        counter.Add(2, new("b", "2"), new("a", "1"));
        counter.Add(4, new KeyValuePair<string, object?>("a", "1"));
        counter.Add(8, new("a", "1"), new("b", null));

        Numbers("things_total").ShouldBe([("a=1", 12), ("a=1,b=2", 3)]);
    }

    [Fact]
    public void Labels_that_are_written_the_same_are_one_series()
    {
        var counter = _meter.CreateCounter<long>("things");
        counter.Add(1, new KeyValuePair<string, object?>("error.type", "x"));
        counter.Add(2, new KeyValuePair<string, object?>("error_type", "x"));
        counter.Add(4, new KeyValuePair<string, object?>("error.type", "x"));

        Numbers("things_total").ShouldBe([("error_type=x", 7)]);
    }

    [Fact]
    public void Gauges_show_the_last_value_and_up_down_counters_the_sum()
    {
        var gauge = _meter.CreateGauge<double>("level");
        gauge.Record(5);
        gauge.Record(2.5);
        var inFlight = _meter.CreateUpDownCounter<long>("in_flight");
        inFlight.Add(3);
        inFlight.Add(-1);

        Numbers("level").ShouldBe([("", 2.5)]);
        Numbers("in_flight").ShouldBe([("", 2)]);
    }

    [Fact]
    public void What_is_observed_no_longer_is_shown_no_longer()
    {
        var kinds = new List<string> { "a", "b" };
        _meter.CreateObservableGauge(
            "objects",
            () => kinds.Select(kind => new Measurement<long>(7, new KeyValuePair<string, object?>("kind", kind)))
        );
        Numbers("objects").ShouldBe([("kind=a", 7), ("kind=b", 7)]);

        kinds.Remove("a");

        Numbers("objects").ShouldBe([("kind=b", 7)]);
        kinds.Add("a");
        Numbers("objects").ShouldBe([("kind=a", 7), ("kind=b", 7)]);
    }

    [Fact]
    public void An_observer_that_fails_takes_nobody_with_it()
    {
        _meter.CreateObservableGauge("broken", long () => throw new InvalidOperationException("no"));
        _meter.CreateObservableGauge("well", () => 1L);

        Numbers("well").ShouldBe([("", 1)]);
        Numbers("broken").ShouldBeEmpty();
    }

    [Fact]
    public void Histograms_take_the_instruments_bounds_inclusively()
    {
        var histogram = _meter.CreateHistogram<double>(
            "took_seconds",
            unit: null,
            description: null,
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2] }
        );
        foreach (var value in new[] { 0.5, 1, 1.5, 2, 3, double.NaN })
        {
            histogram.Record(value);
        }

        var series = (HistogramSeries)Family("took_seconds").Series.ShouldHaveSingleItem();

        series
            .Buckets.Select(bucket => (bucket.UpperBound, bucket.Count))
            .ShouldBe([(1, 2), (2, 2), (double.PositiveInfinity, 1)]);
        series.Sum.ShouldBe(8);
    }

    [Fact]
    [Trait("Guarantee", "M4")]
    public void A_value_measured_in_a_recorded_span_is_an_exemplar_with_its_ids()
    {
        var histogram = _meter.CreateHistogram<double>("took_seconds");
        histogram.Record(0.001);
        using (var unrecorded = new Activity("unrecorded").SetIdFormat(ActivityIdFormat.W3C).Start())
        {
            histogram.Record(0.001);
        }

        using var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        span.Start();
        histogram.Record(0.3);

        var series = (HistogramSeries)Family("took_seconds").Series.ShouldHaveSingleItem();
        var exemplar = series.Buckets.Where(it => it.Exemplar is not null).ShouldHaveSingleItem().Exemplar!;
        exemplar.ShouldBe(new Exemplar(0.3, span.TraceId.ToHexString(), span.SpanId.ToHexString(), _time.GetUtcNow()));
    }

    [Fact]
    public void One_collector_does_not_see_the_meters_of_another()
    {
        using var other = new MetricsCollector(_time);
        other.Create(new MeterOptions("test")).CreateCounter<long>("other").Add(1);

        _collector.Collect().ShouldBeEmpty();
        _collector.Create(new MeterOptions("test")).ShouldBeSameAs(_meter);
    }

    [Theory]
    [InlineData("dotnet.gc.heap.total_allocated", "By", "dotnet_gc_heap_total_allocated_bytes_total")]
    [InlineData("dotnet.exceptions", "{exception}", "dotnet_exceptions_total")]
    [InlineData("process_cpu_seconds_total", null, "process_cpu_seconds_total")]
    [InlineData("time.seconds", "s", "time_seconds_total")]
    [InlineData("9lives", null, "_9lives_total")]
    public void Names_are_made_fit_for_prometheus(string name, string? unit, string expected)
    {
        _meter.CreateCounter<long>(name, unit).Add(1);

        _collector.Collect().ShouldHaveSingleItem().Name.ShouldBe(expected);
    }

    [Fact]
    public void A_label_that_takes_ever_new_values_fills_no_memory()
    {
        var counter = _meter.CreateCounter<long>("requests");
        for (var i = 0; i < 3000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("path", $"/{i}"));
        }

        var series = Family("requests_total").Series.Cast<NumberSeries>().ToList();

        series.Count.ShouldBe(2001);
        series.Sum(it => it.Value).ShouldBe(3000);
        series.Single(it => it.Labels[0].Key == "otel_metric_overflow").Value.ShouldBe(1000);
    }

    [Fact]
    public async Task No_count_is_lost_between_threads_and_readers()
    {
        var counter = _meter.CreateCounter<long>("requests");
        var histogram = _meter.CreateHistogram<double>("took");
        var writers = Enumerable
            .Range(0, 4)
            .Select(worker =>
                Task.Run(() =>
                {
                    for (var i = 0; i < 10_000; i++)
                    {
                        counter.Add(1, new KeyValuePair<string, object?>("n", i % 7));
                        histogram.Record(i % 3);
                    }
                })
            )
            .ToArray();
        while (!writers.All(writer => writer.IsCompleted))
        {
            _collector.Collect();
            await Task.Yield();
        }

        await Task.WhenAll(writers);
        Numbers("requests_total").Sum(it => it.Value).ShouldBe(40_000);
        ((HistogramSeries)Family("took").Series[0]).Buckets.Sum(bucket => bucket.Count).ShouldBe(40_000);
    }

    /// <summary>Any names and values: the page stays one that can be read, and says what was counted.</summary>
    [Fact]
    [Trait("Guarantee", "M1")]
    public void Any_labels_come_back_from_the_page_as_they_were()
    {
        var words = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get);
        var labels = Gen.Zip(words, words).ListOf();
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(labels.ToArbitrary(), tags => RoundTrip([.. tags]))
        );
    }

    private static void RoundTrip(IReadOnlyList<(string Name, string Value)> tags)
    {
        using var collector = new MetricsCollector(TimeProvider.System);
        var counter = collector.Create(new MeterOptions("test")).CreateCounter<long>("things", null, tags.ToString());
        counter.Add(3, [.. tags.Select(tag => new KeyValuePair<string, object?>(tag.Name, tag.Value))]);
        // Of two labels that clean up to one name the later one counts; an empty value is no label.
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in tags.Where(tag => tag.Value.Length > 0))
        {
            expected[MetricNames.Clean(name)] = value;
        }

        foreach (var format in new[] { ExpositionFormat.PrometheusText, ExpositionFormat.OpenMetrics })
        {
            var sample = ExpositionReader
                .Read(ExpositionWriter.Write(collector.Collect(), format))
                .ShouldHaveSingleItem();
            sample.Name.ShouldBe("things_total");
            sample.Value.ShouldBe(3);
            sample.Labels.ShouldBe(expected);
        }
    }

    private MetricFamily Family(string name) => _collector.Collect().Single(family => family.Name == name);

    private (string Labels, double Value)[] Numbers(string name) =>
        [
            .. Family(name)
                .Series.Cast<NumberSeries>()
                .Select(it => (string.Join(',', it.Labels.Select(label => $"{label.Key}={label.Value}")), it.Value)),
        ];
}
