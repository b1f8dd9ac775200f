using System.Diagnostics;
using Kubernetes.Runtime.Telemetry.Exposition;
using Testing;

namespace Kubernetes.Runtime.Tests.Telemetry;

public sealed class MetricCatalogTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>Names of controller-runtime 0.21 and client-go 0.34 that dashboards and alerts are built on.</summary>
    [Theory]
    [Trait("Guarantee", "M5")]
    [InlineData("workqueue_depth", MetricType.Gauge, "controller,name")]
    [InlineData("workqueue_adds_total", MetricType.Counter, "controller,name")]
    [InlineData("workqueue_retries_total", MetricType.Counter, "controller,name")]
    [InlineData("workqueue_queue_duration_seconds", MetricType.Histogram, "controller,name")]
    [InlineData("workqueue_work_duration_seconds", MetricType.Histogram, "controller,name")]
    [InlineData("workqueue_unfinished_work_seconds", MetricType.Gauge, "controller,name")]
    [InlineData("workqueue_longest_running_processor_seconds", MetricType.Gauge, "controller,name")]
    [InlineData("controller_runtime_reconcile_total", MetricType.Counter, "controller,result")]
    [InlineData("controller_runtime_reconcile_errors_total", MetricType.Counter, "controller")]
    [InlineData("controller_runtime_terminal_reconcile_errors_total", MetricType.Counter, "controller")]
    [InlineData("controller_runtime_reconcile_timeouts_total", MetricType.Counter, "controller")]
    [InlineData("controller_runtime_reconcile_time_seconds", MetricType.Histogram, "controller")]
    [InlineData("controller_runtime_max_concurrent_reconciles", MetricType.Gauge, "controller")]
    [InlineData("controller_runtime_active_workers", MetricType.Gauge, "controller")]
    [InlineData("controller_runtime_webhook_requests_total", MetricType.Counter, "code,webhook")]
    [InlineData("controller_runtime_webhook_latency_seconds", MetricType.Histogram, "webhook")]
    [InlineData("controller_runtime_webhook_requests_in_flight", MetricType.Gauge, "webhook")]
    [InlineData("certwatcher_read_certificate_total", MetricType.Counter, "certificate")]
    [InlineData("certwatcher_read_certificate_errors_total", MetricType.Counter, "certificate")]
    [InlineData("leader_election_master_status", MetricType.Gauge, "name")]
    [InlineData("leader_election_slowpath_total", MetricType.Counter, "name")]
    [InlineData("rest_client_requests_total", MetricType.Counter, "code,host,method")]
    [InlineData("rest_client_request_duration_seconds", MetricType.Histogram, "host,verb")]
    [InlineData("process_cpu_seconds_total", MetricType.Counter, "")]
    [InlineData("process_resident_memory_bytes", MetricType.Gauge, "")]
    [InlineData("process_open_fds", MetricType.Gauge, "")]
    [InlineData("process_max_fds", MetricType.Gauge, "")]
    [InlineData("process_start_time_seconds", MetricType.Gauge, "")]
    [InlineData("process_virtual_memory_bytes", MetricType.Gauge, "")]
    public async Task Names_types_and_labels_are_those_that_dashboards_know(string name, MetricType type, string labels)
    {
        using var every = await EveryInstrument.MakeAsync();

        var family = every.Collector.Collect().Where(it => it.Name == name).ShouldHaveSingleItem();

        family.Type.ShouldBe(type);
        LabelsOf(family).ShouldBe(labels);
    }

    [Fact]
    [Trait("Guarantee", "M6")]
    public async Task Every_metric_is_in_the_reference_with_its_type_and_labels()
    {
        using var every = await EveryInstrument.MakeAsync();
        var stated = MetricReference.Read();
        var families = every.Collector.Collect();

        families.Where(family => family.Series.Count == 0).Select(family => family.Name).ShouldBeEmpty();
        foreach (var family in families)
        {
            stated.Keys.ShouldContain(family.Name);
            stated[family.Name].ShouldBe((family.Type.ToString().ToLowerInvariant(), LabelsOf(family)), family.Name);
        }
    }

    [Fact]
    [Trait("Guarantee", "M7")]
    public async Task Series_of_known_labels_are_there_at_zero_before_anything_happened()
    {
        using var every = await EveryInstrument.MakeAsync();
        var samples = ExpositionReader.Read(
            ExpositionWriter.Write(every.Collector.Collect(), ExpositionFormat.PrometheusText)
        );

        foreach (
            var (name, label, values) in new (string, string, string[])[]
            {
                ("controller_runtime_reconcile_total", "result", ["error", "requeue", "requeue_after", "success"]),
                ("controller_runtime_reconcile_errors_total", "controller", ["test"]),
                ("controller_runtime_reconcile_time_seconds_count", "controller", ["test"]),
                ("workqueue_retries_total", "name", ["test"]),
                ("workqueue_queue_duration_seconds_count", "name", ["test"]),
                ("reflector_watch_failures_total", "kind", ["Widget"]),
                ("reflector_list_failures_total", "kind", ["Widget"]),
                (
                    "applyset_objects_total",
                    "result",
                    ["applied", "conflict", "failed", "pruned", "recreated", "skipped"]
                ),
                ("status_writer_writes_total", "result", ["failed", "gone", "unchanged", "written"]),
                ("event_recorder_dropped_total", "reason", ["failed", "held_back", "queue_full"]),
                ("controller_runtime_webhook_requests_total", "code", ["200", "400", "413", "500"]),
                ("controller_runtime_webhook_latency_seconds_count", "webhook", ["/validate-widgets"]),
                ("leader_election_master_status", "name", ["widget-operator"]),
            }
        )
        {
            var found = samples.Where(sample => sample.Name == name).ToList();
            found.ShouldAllBe(sample => sample.Value == 0);
            found.Select(sample => sample.Labels[label]).ShouldBe(values, name);
        }

        samples
            .Where(sample => sample.Name == "rest_client_requests_total" && sample.Labels["method"] == "PATCH")
            .Select(sample => sample.Labels["code"])
            .ShouldBe(["200", "404", "409", "429", "500", "503", "<error>"]);
    }

    [Fact]
    [Trait("Guarantee", "M8")]
    public async Task The_servers_address_shows_nothing_but_host_and_port()
    {
        using var every = await EveryInstrument.MakeAsync();

        var page = ExpositionWriter.Write(every.Collector.Collect(), ExpositionFormat.PrometheusText);

        page.ShouldContain("""rest_client_requests_total{code="<error>",host="127.0.0.1:1",method="GET"} 1""");
        page.ShouldNotContain("s3cr3t");
    }

    [Fact]
    [Trait("Guarantee", "M1")]
    public async Task Promtool_finds_nothing_wrong_with_any_metric()
    {
        var promtool = Tools.Find("promtool");
        Assert.SkipWhen(promtool is null, "there is no promtool here");
        using var every = await EveryInstrument.MakeAsync();
        using var process = Process.Start(
            new ProcessStartInfo(promtool, ["check", "metrics"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var told = process.StandardError.ReadToEndAsync();
        var printed = process.StandardOutput.ReadToEndAsync();
        await process.StandardInput.WriteAsync(
            ExpositionWriter.Write(every.Collector.Collect(), ExpositionFormat.PrometheusText)
        );
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Deadline);

        (await told + await printed).ShouldBe("");
        process.ExitCode.ShouldBe(0);
    }

    private static string LabelsOf(MetricFamily family) =>
        string.Join(
            ',',
            family.Series.SelectMany(series => series.Labels.Select(label => label.Key)).Distinct().Order()
        );
}
