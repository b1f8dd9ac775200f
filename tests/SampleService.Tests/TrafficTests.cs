namespace SampleService.Tests;

public sealed class TrafficTests
{
    private const string Errors = """http_requests_total{method="GET",route="/api/v1/models",status_code="500"}""";
    private readonly ManualClock _clock = new();

    [Fact]
    public void Every_series_is_there_from_the_start()
    {
        var metrics = Read(Service("api-gateway"), "api-gateway");

        metrics[Errors].ShouldBe(0);
        metrics.ShouldContainKey("cpu_usage_percent");
        metrics.ShouldContainKey("memory_usage_bytes");
        metrics.ShouldContainKey(
            """http_request_duration_seconds_bucket{method="POST",route="/api/v1/chat",le="+Inf"}"""
        );
    }

    [Theory]
    [InlineData("api-gateway")]
    [InlineData("llm-router")]
    [InlineData("anything-else")]
    public void Without_a_fault_no_seed_rule_has_a_reason_to_fire(string service)
    {
        var traffic = Service(service);
        _clock.Advance(TimeSpan.FromHours(1));
        var before = Read(traffic, service);
        _clock.Advance(TimeSpan.FromMinutes(5));
        var after = Read(traffic, service);

        foreach (var (series, value) in after)
        {
            var rate = (value - before[series]) / 300;
            if (series.Contains("""status_code="5""", StringComparison.Ordinal))
            {
                rate.ShouldBeLessThan(0.1, series);
            }
            else if (series.Contains("""status="error""", StringComparison.Ordinal))
            {
                rate.ShouldBeLessThan(0.05, series);
            }
        }

        after["cpu_usage_percent"].ShouldBeInRange(0, 80);
        after["memory_usage_bytes"].ShouldBeLessThan(8.0 * 1024 * 1024 * 1024);
    }

    [Theory]
    [InlineData("api-gateway", """status_code="500"}""", 0.1)]
    [InlineData("llm-router", """status="error"}""", 0.05)]
    public void Ten_seconds_of_errors_pass_the_threshold_of_a_five_minute_rate(
        string service,
        string label,
        double limit
    )
    {
        var traffic = Service(service);
        _clock.Advance(TimeSpan.FromMinutes(5));
        var before = Read(traffic, service);

        traffic.Fault = Fault.Errors;
        _clock.Advance(TimeSpan.FromSeconds(10));
        var after = Read(traffic, service);

        after
            .Where(sample => sample.Key.Contains(label, StringComparison.Ordinal))
            .Max(sample => (sample.Value - before[sample.Key]) / 300)
            .ShouldBeGreaterThan(limit);
    }

    [Fact]
    public void A_fault_acts_only_while_it_is_on()
    {
        var traffic = Service("api-gateway");
        traffic.Fault = Fault.Errors;
        _clock.Advance(TimeSpan.FromMinutes(1));
        traffic.Fault = Fault.None;
        var before = Read(traffic, "api-gateway")[Errors];
        _clock.Advance(TimeSpan.FromMinutes(1));

        before.ShouldBe(432);
        Read(traffic, "api-gateway")[Errors].ShouldBeInRange(before, before + 1);
    }

    [Fact]
    public void The_fault_slow_takes_the_95th_percentile_above_a_second()
    {
        const string UpTo = """http_request_duration_seconds_bucket{method="GET",route="/api/v1/models",le="1"}""";
        const string Count = """http_request_duration_seconds_count{method="GET",route="/api/v1/models"}""";
        var traffic = Service("api-gateway");
        _clock.Advance(TimeSpan.FromMinutes(1));
        var healthy = Read(traffic, "api-gateway");
        traffic.Fault = Fault.Slow;
        _clock.Advance(TimeSpan.FromMinutes(1));
        var slow = Read(traffic, "api-gateway");

        (healthy[UpTo] / healthy[Count]).ShouldBeGreaterThan(0.95);
        ((slow[UpTo] - healthy[UpTo]) / (slow[Count] - healthy[Count])).ShouldBeLessThan(0.95);
    }

    [Fact]
    public void Counters_are_whole_and_never_fall_and_buckets_are_cumulative()
    {
        var traffic = Service("llm-router");
        var last = Read(traffic, "llm-router");
        for (var i = 0; i < 50; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(137 * i));
            traffic.Fault = (Fault)(i % 4);
            var now = Read(traffic, "llm-router");
            foreach (
                var (series, value) in now.Where(sample => !sample.Key.EndsWith("_percent", StringComparison.Ordinal))
            )
            {
                if (
                    series.Contains("_total", StringComparison.Ordinal)
                    || series.Contains("_bucket", StringComparison.Ordinal)
                )
                {
                    value.ShouldBe(Math.Floor(value), series);
                    value.ShouldBeGreaterThanOrEqualTo(last[series], series);
                }
            }

            var buckets = now.Where(sample =>
                sample.Key.Contains("_bucket{method=\"POST\",route=\"/v1/completions\"", StringComparison.Ordinal)
            );
            buckets.Select(sample => sample.Value).ShouldBeInOrder();
            last = now;
        }
    }

    private Traffic Service(string name) => new(ServiceProfile.For(name), _clock);

    private static Dictionary<string, double> Read(Traffic traffic, string service)
    {
        var text = new TextExposition();
        traffic.WriteTo(text, service);
        return Exposition.Parse(text.ToString());
    }
}
