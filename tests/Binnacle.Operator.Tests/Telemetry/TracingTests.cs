using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Binnacle.Operator.Telemetry;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Queue;
using Kubernetes.Runtime.Telemetry.Exposition;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Binnacle.Operator.Tests.Telemetry;

/// <summary>Listeners of spans, and the environment, are the whole process's: nothing may run beside these.</summary>
[CollectionDefinition(nameof(TracingTests), DisableParallelization = true)]
public sealed class TracingTestsAlone;

[Collection(nameof(TracingTests))]
public sealed class TracingTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly OperatorTelemetry _telemetry = new(TimeProvider.System);
    private readonly FormattedLogs _logs = new(new JsonLogFormatter(TimeProvider.System));
    private readonly ConcurrentQueue<string> _traceparents = new();
    private WebApplication _server = null!;
    private OtlpReceiver _receiver = null!;

    public async ValueTask InitializeAsync()
    {
        _receiver = await OtlpReceiver.StartAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _server = builder.Build();
        _server.Run(context =>
        {
            _traceparents.Enqueue(context.Request.Headers.TraceParent.ToString());
            context.Response.StatusCode = context.Request.Path.Value!.EndsWith("gone", StringComparison.Ordinal)
                ? 404
                : 200;
            return context.Response.WriteAsync(
                """{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "name", "namespace": "ns"}}"""
            );
        });
        await _server.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _receiver.DisposeAsync();
        _telemetry.Dispose();
        _logs.Dispose();
    }

    public static TheoryData<string?, bool> Endpoints =>
        new()
        {
            { null, false },
            { "http/protobuf", false },
            { null, true },
        };

    [Theory]
    [MemberData(nameof(Endpoints))]
    [Trait("Guarantee", "M10")]
    [Trait("Guarantee", "M11")]
    [Trait("Guarantee", "M12")]
    public async Task A_reconciliation_is_a_trace_with_its_requests_told_to_server_log_and_metrics(
        string? protocol,
        bool byVariable
    )
    {
        var endpoint = protocol is null ? _receiver.Grpc : _receiver.Http;
        using (
            new Variables(
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", byVariable ? $"{endpoint}" : null)
            )
        )
        {
            using var tracing = Tracing.Start(byVariable ? null : endpoint).ShouldNotBeNull();
            using var client = Client();
            await ReconcileAsync(
                async (key, cancellationToken) =>
                {
                    await client.GetAsync<ConfigMap>(new ObjectKey("ns", "name"), cancellationToken);
                    throw new InvalidOperationException("no");
                }
            );
        }

        var reconcile = _receiver.Spans.Where(it => it.Scope == "Kubernetes.Runtime").ShouldHaveSingleItem();
        reconcile.Service.ShouldBe("binnacle-operator");
        reconcile.Name.ShouldBe("reconcile traced");
        reconcile.ParentId.ShouldBe("");
        reconcile.Kind.ShouldBe(1);
        reconcile.StatusCode.ShouldBe(2);
        reconcile.Attributes.ShouldBe(
            new Dictionary<string, string>
            {
                ["controller"] = "traced",
                ["key"] = "ns/name",
                ["result"] = "error",
                ["error.type"] = "System.InvalidOperationException",
            },
            ignoreOrder: true
        );

        var request = _receiver.Spans.Where(it => it.Kind == 3).ShouldHaveSingleItem();
        request.TraceId.ShouldBe(reconcile.TraceId);
        request.ParentId.ShouldBe(reconcile.SpanId);
        request.Attributes["http.request.method"].ShouldBe("GET");
        request.Attributes["http.response.status_code"].ShouldBe("200");
        request.Attributes["server.address"].ShouldBe("127.0.0.1");
        request.Attributes["url.full"].ShouldEndWith("/api/v1/namespaces/ns/configmaps/name");
        _traceparents.ShouldBe([$"00-{request.TraceId}-{request.SpanId}-01"]);

        using var line = JsonDocument.Parse(
            _logs.Entries.Single(it => it.Contains("failed", StringComparison.Ordinal))
        );
        line.RootElement.GetProperty("trace_id").GetString().ShouldBe(reconcile.TraceId);
        line.RootElement.GetProperty("span_id").GetString().ShouldBe(reconcile.SpanId);
        line.RootElement.GetProperty("controller").GetString().ShouldBe("traced");
        line.RootElement.GetProperty("key").GetString().ShouldBe("ns/name");

        ExpositionWriter
            .Write(_telemetry.Metrics.Collect(), ExpositionFormat.OpenMetrics)
            .Split('\n')
            .Where(it => it.StartsWith("controller_runtime_reconcile_time_seconds_bucket", StringComparison.Ordinal))
            .ShouldContain(it => it.Contains($"# {{trace_id=\"{reconcile.TraceId}\",span_id=\"{reconcile.SpanId}\"}}"));
    }

    [Fact]
    [Trait("Guarantee", "M13")]
    public async Task Requests_outside_of_a_reconciliation_start_no_trace()
    {
        using (Tracing.Start(_receiver.Grpc))
        {
            using var client = Client();
            await client.GetAsync<ConfigMap>(new ObjectKey("ns", "name"), CancellationToken.None);
            await client.FindAsync<ConfigMap>(new ObjectKey("ns", "gone"), CancellationToken.None);
        }

        _receiver.Spans.ShouldBeEmpty();
    }

    [Fact]
    [Trait("Guarantee", "M13")]
    public async Task Without_an_endpoint_no_span_is_made()
    {
        Activity? seen = null;
        using var client = Client();

        Tracing.Start(null).ShouldBeNull();
        await ReconcileAsync(
            async (_, cancellationToken) =>
            {
                seen = Activity.Current;
                await client.GetAsync<ConfigMap>(new ObjectKey("ns", "name"), cancellationToken);
                return ReconcileResult.Done;
            }
        );

        seen.ShouldBeNull();
        _traceparents.ShouldBe([""]);
    }

    [Fact]
    public async Task A_collector_that_is_away_stops_nothing()
    {
        using (Tracing.Start(new Uri("http://127.0.0.1:1")))
        {
            using var client = Client();
            await ReconcileAsync(
                async (_, cancellationToken) =>
                {
                    await client.GetAsync<ConfigMap>(new ObjectKey("ns", "name"), cancellationToken);
                    return ReconcileResult.Done;
                }
            );
        }

        _traceparents.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(null, null, 1)]
    [InlineData("always_on", null, 1)]
    [InlineData("parentbased_always_on", "0.5", 1)]
    [InlineData("always_off", null, 0)]
    [InlineData("traceidratio", "0.25", 0.25)]
    [InlineData("parentbased_traceidratio", "0", 0)]
    [InlineData("parentbased_traceidratio", null, 1)]
    [InlineData("traceidratio", "7", 1)]
    [InlineData("traceidratio", "many", 1)]
    public void Which_part_of_traces_is_kept_is_said_as_elsewhere(string? sampler, string? argument, double ratio) =>
        TraceRatio.Of(sampler, argument).ShouldBe(ratio);

    private KubernetesClient Client() =>
        new(new KubernetesClientConfiguration { Server = new Uri(_server.Urls.Single()) });

    /// <summary>Has one key reconciled once.</summary>
    private async Task ReconcileAsync(Func<ObjectKey, CancellationToken, ValueTask<ReconcileResult>> reconcile)
    {
        var ended = new TaskCompletionSource();
        using var stop = new CancellationTokenSource();
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(_logs));
        using var queue = new WorkQueue<ObjectKey>(TimeProvider.System, name: "traced", metrics: _telemetry.Runtime);
        var controller = new Controller<ObjectKey>(
            "traced",
            new Reconciler(
                async (key, cancellationToken) =>
                {
                    try
                    {
                        return await reconcile(key, cancellationToken);
                    }
                    finally
                    {
                        ended.TrySetResult();
                    }
                }
            ),
            queue,
            null,
            TimeProvider.System,
            loggers.CreateLogger("traced"),
            _telemetry.Runtime
        );
        // Whatever starts a controller is no part of its traces.
        var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        var running = controller.RunAsync(stop.Token);
        caller.Stop();
        queue.Add(new ObjectKey("ns", "name"));
        await ended.Task.WaitAsync(Deadline);
        await stop.CancelAsync();
        await running.WaitAsync(Deadline);
    }

    private sealed class Reconciler(Func<ObjectKey, CancellationToken, ValueTask<ReconcileResult>> reconcile)
        : IReconciler<ObjectKey>
    {
        public ValueTask<ReconcileResult> ReconcileAsync(ObjectKey key, CancellationToken cancellationToken) =>
            reconcile(key, cancellationToken);
    }

    /// <summary>Environment variables, until disposed.</summary>
    private sealed class Variables : IDisposable
    {
        private readonly List<(string Name, string? Before)> _before = [];

        public Variables(params (string Name, string? Value)[] variables)
        {
            foreach (var (name, value) in variables)
            {
                _before.Add((name, Environment.GetEnvironmentVariable(name)));
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        public void Dispose() => _before.ForEach(it => Environment.SetEnvironmentVariable(it.Name, it.Before));
    }
}
