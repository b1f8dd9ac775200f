using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Queue;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Binnacle.Operator.Tests.Telemetry;

/// <summary>The page as a real Prometheus reads it.</summary>
public sealed class PrometheusScrapeTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly string _folder = Directory.CreateTempSubdirectory("binnacle-scrape-").FullName;
    private TelemetryApp _app = null!;
    private WorkQueue<string> _queue = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await TelemetryApp.StartAsync();
        _queue = new WorkQueue<string>(TimeProvider.System, name: "test", metrics: _app.Telemetry.Runtime);
        _ = new Controller<string>(
            "test",
            new Idle(),
            _queue,
            null,
            TimeProvider.System,
            NullLogger.Instance,
            _app.Telemetry.Runtime
        );
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    [Trait("Guarantee", "M6")]
    public void Every_metric_is_in_the_reference_and_the_other_way_round()
    {
        var families = _app.Telemetry.Metrics.Collect();
        var stated = MetricReference.Read();

        families.Select(family => family.Name).ShouldBe(stated.Keys, ignoreOrder: true);
        families.ShouldAllBe(family =>
            string.Equals($"{family.Type}", stated[family.Name].Type, StringComparison.OrdinalIgnoreCase)
        );
        var build = families.Single(family => family.Name == "binnacle_build_info").Series.ShouldHaveSingleItem();
        string.Join(',', build.Labels.Select(label => label.Key)).ShouldBe(stated["binnacle_build_info"].Labels);
    }

    [Fact]
    [Trait("Guarantee", "M2")]
    [Trait("Guarantee", "M4")]
    public async Task Prometheus_scrapes_both_formats_and_keeps_the_exemplars()
    {
        var prometheus = Tools.Find("prometheus");
        Assert.SkipWhen(prometheus is null, "there is no Prometheus here");
        using var span = new Activity("test").SetIdFormat(ActivityIdFormat.W3C);
        span.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        span.Start();
        _app.Telemetry.Metrics.Create(new MeterOptions("test"))
            .CreateHistogram<double>("test_took_seconds", description: "For the test.")
            .Record(0.3);
        span.Stop();
        var target = _app.Metrics.BaseAddress!.Authority;
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "prometheus.yml"),
            $$"""
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: text
                scrape_protocols: [PrometheusText0.0.4]
                static_configs: [{targets: ["{{target}}"]}]
              - job_name: openmetrics
                scrape_protocols: [OpenMetricsText1.0.0]
                static_configs: [{targets: ["{{target}}"]}]
            """
        );
        var port = FreePort();
        using var process = Process.Start(
            new ProcessStartInfo(
                prometheus,
                [
                    $"--config.file={_folder}/prometheus.yml",
                    $"--storage.tsdb.path={_folder}/data",
                    $"--web.listen-address=127.0.0.1:{port}",
                    "--enable-feature=exemplar-storage",
                    "--log.level=warn",
                ]
            )
        )!;
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/api/v1/") };
            foreach (var job in new[] { "text", "openmetrics" })
            {
                await ValueAsync(http, $"up{{job=\"{job}\"}}", "1");
                await ValueAsync(http, $"binnacle_build_info{{job=\"{job}\"}}", "1");
                await ValueAsync(http, $"test_took_seconds_bucket{{job=\"{job}\",le=\"0.5\"}}", "1");
                await ValueAsync(http, $"test_took_seconds_count{{job=\"{job}\"}}", "1");
                await ValueAsync(
                    http,
                    $"controller_runtime_reconcile_total{{job=\"{job}\",controller=\"test\",result=\"error\"}}",
                    "0"
                );
            }

            // Both pages are the same to Prometheus.
            await ValueAsync(
                http,
                """count({job="text",__name__!~"scrape_.*|up"} unless ignoring(job) {job="openmetrics"})""",
                null
            );
            await UntilAsync(
                http,
                $"query_exemplars?query=test_took_seconds_bucket&start={Now() - 3600}&end={Now() + 3600}",
                answer =>
                {
                    var found = answer.GetProperty("data").EnumerateArray().ToList();
                    return found.Count == 1
                        && found[0].GetProperty("exemplars")[0] is var exemplar
                        && exemplar.GetProperty("value").GetString() == "0.3"
                        && exemplar.GetProperty("labels").GetProperty("trace_id").GetString()
                            == span.TraceId.ToHexString()
                        && exemplar.GetProperty("labels").GetProperty("span_id").GetString()
                            == span.SpanId.ToHexString();
                }
            );
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until a query has one value, or (null) none at all.</summary>
    private static Task ValueAsync(HttpClient http, string query, string? value) =>
        UntilAsync(
            http,
            $"query?query={Uri.EscapeDataString(query)}",
            answer =>
            {
                var result = answer.GetProperty("data").GetProperty("result");
                return value is null
                    ? result.GetArrayLength() == 0
                    : result.GetArrayLength() == 1 && result[0].GetProperty("value")[1].GetString() == value;
            }
        );

    private static async Task UntilAsync(HttpClient http, string path, Func<JsonElement, bool> isThere)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var seen = "";
            try
            {
                seen = await http.GetStringAsync(path);
                using var answer = JsonDocument.Parse(seen);
                if (answer.RootElement.GetProperty("status").GetString() == "success" && isThere(answer.RootElement))
                {
                    return;
                }
            }
            catch (HttpRequestException e)
            {
                // It is just starting.
                seen = e.Message;
            }

            if (TimeProvider.System.GetElapsedTime(start) > Deadline)
            {
                throw new TimeoutException($"{path}: {seen}");
            }

            await Task.Delay(100);
        }
    }

    private sealed class Idle : IReconciler<string>
    {
        public ValueTask<ReconcileResult> ReconcileAsync(string key, CancellationToken cancellationToken) =>
            ValueTask.FromResult(ReconcileResult.Done);
    }
}
