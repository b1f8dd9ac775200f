using System.Net;
using Binnacle.Api;
using Binnacle.Operator.Components;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Binnacle.Rendering;
using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace Binnacle.Operator.Tests.Fakes;

/// <summary>The loops in memory: caches that tests fill, components that tests answer for, a clock that tests move.</summary>
internal sealed class Harness : IDisposable
{
    private readonly LoadReconciler _load;
    private readonly StackReconciler _render;
    private long _version = 100;

    public Harness()
    {
        Loops = new StackLoops(Clock);
        var applySet = new ApplySet(Client, "binnacle", Clock, NullLogger.Instance);
        World = new World(Client, new ClusterFacts(), Loops, applySet.IsAsApplied, Clock, NullLoggerFactory.Instance);
        Loops.Begin(() => World.Stacks.List().Select(stack => stack.Key), () => []);
        var prometheus = new PrometheusApi(Transport);
        var events = new StackEvents(World, new EventRecorder(Client, "test", "test", Clock, NullLogger.Instance));
        _load = new LoadReconciler(
            World,
            Registry,
            new ConfigLoader(Client, Clock),
            prometheus,
            new AlertmanagerApi(Transport),
            new BlackboxApi(Transport),
            new RuleAudit(prometheus),
            new RefusalExplainer(World, prometheus, Client),
            Loops,
            events,
            Clock,
            NullLogger<LoadReconciler>.Instance
        );
        _render = new StackReconciler(
            World,
            new SnapshotBuilder(World, new ReferenceReader(Client, Clock)),
            applySet,
            Registry,
            new StackCleanup(Client, World),
            Loops,
            events,
            Clock,
            NullLogger<StackReconciler>.Instance
        );
        Client.Answer = Answer;
    }

    public ManualTimeProvider Clock { get; } = new(Make.Start);

    public ClientDouble Client { get; } = new();

    public FakeTransport Transport { get; } = new();

    public StackRegistry Registry { get; } = new();

    public StackLoops Loops { get; }

    public World World { get; }

    /// <summary>What the log of any pod says.</summary>
    public string Log { get; set; } = "";

    /// <summary>Called when a log is asked for.</summary>
    public Action OnLog { get; set; } = () => { };

    public StackRuntime Runtime => Registry.Find(Make.StackKey)!;

    public StackView View => Runtime.View;

    public void Dispose() => Loops.Dispose();

    /// <summary>Takes a stack in, with what is known of it.</summary>
    public void Know(Func<StackView, StackView> view, MonitoringStack? stack = null)
    {
        stack ??= Make.Stack();
        World.Stacks.Set(stack);
        Registry.Of(stack).Update(view);
    }

    public async Task<ReconcileResult> LoadAsync()
    {
        var load = _load.ReconcileAsync(Make.StackKey, default).AsTask();
        await Clock.AdvanceUntilAsync(() => load.IsCompleted, TimeSpan.FromMinutes(1));
        return await load;
    }

    public async Task<ReconcileResult> RenderAsync() =>
        await _render.ReconcileAsync(Make.StackKey, default).AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Prometheus reports a configuration, and refuses to load another or not.</summary>
    public Harness Prometheus(string hash, string? refusal = null)
    {
        Transport
            .On(
                "/api/v1/status/config",
                "{\"status\":\"success\",\"data\":{\"yaml\":\"- config-" + hash + "-*.none\"}}"
            )
            .On("/api/v1/rules", "{\"status\":\"success\",\"data\":{\"groups\":[]}}")
            .On("/-/reload", refusal ?? "", refusal is null ? HttpStatusCode.OK : HttpStatusCode.InternalServerError);
        return this;
    }

    private object? Answer(SeenRequest request)
    {
        if (request.Kind.Contains("/log?", StringComparison.Ordinal))
        {
            OnLog();
            return FakeTransport.Text(Log);
        }

        return request.Verb switch
        {
            "get" => FakeTransport.Text("{}", HttpStatusCode.NotFound),
            "patch" when request.Kind == "Pod" => new Pod(),
            "apply" => request.Value! with
            {
                Metadata = request.Value.Metadata with
                {
                    Uid = $"uid-{request.Value.Metadata.Name}",
                    ResourceVersion = $"{Interlocked.Increment(ref _version)}",
                },
            },
            _ => null,
        };
    }
}
