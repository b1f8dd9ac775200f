using Binnacle.Operator.Admission;
using Binnacle.Operator.Advice;
using Binnacle.Operator.Components;
using Binnacle.Operator.Live;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Binnacle.Operator.Telemetry;
using Kubernetes.Client;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Events;
using Kubernetes.Runtime.Leases;
using Kubernetes.Runtime.Queue;
using Kubernetes.Runtime.Status;

namespace Binnacle.Operator;

/// <summary>The operator, put together: caches, loops and what they use. One call of <see cref="RunAsync"/> is one life.</summary>
public sealed class OperatorProcess
{
    /// <summary>Field manager of everything that is applied. Part of the upgrade contract: it owns the fields.</summary>
    public const string FieldManager = "binnacle";

    private readonly IKubernetesClient _client;
    private readonly OperatorOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly OperatorTelemetry _telemetry;
    private readonly LeaderElector? _elector;
    private volatile World? _world;
    private volatile OperatorWebhooks? _webhooks;

    /// <summary>Puts it together; nothing runs yet.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="options">What the operator was started with.</param>
    /// <param name="clock">The clock of everything.</param>
    /// <param name="loggers">Where it tells what it does.</param>
    /// <param name="telemetry">Where it counts, and where its health checks are added.</param>
    /// <param name="elector">Says when this operator may write; null: always.</param>
    public OperatorProcess(
        IKubernetesClient client,
        OperatorOptions options,
        TimeProvider clock,
        ILoggerFactory loggers,
        OperatorTelemetry telemetry,
        LeaderElector? elector = null
    )
    {
        _elector = elector;
        _telemetry = telemetry;
        _telemetry.Ready.Add(
            "informer-sync",
            () => _world is { } world ? world.Missing : "no answer of the API server yet"
        );
        if (options.Webhooks is not null)
        {
            _telemetry.Ready.Add(
                "webhooks",
                () => _webhooks is { } webhooks ? webhooks.Problem : "there is no certificate yet"
            );
        }

        _client = client;
        _options = options;
        _clock = clock;
        _loggers = loggers;
    }

    /// <summary>
    /// Runs until cancelled; then lets work in progress end and returns. Should a part of it fail for good, the others
    /// end too and the failure is thrown: half an operator would look alive.
    /// </summary>
    /// <exception cref="LeadershipLostException">Another operator leads, or may at any moment: end the process.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var cluster = await ClusterProbe.ReadAsync(
            _client,
            _clock,
            _loggers.CreateLogger<OperatorProcess>(),
            cancellationToken
        );
        using var loops = new StackLoops(_clock, _telemetry.Runtime);
        var applySet = new ApplySet(
            _client,
            FieldManager,
            _clock,
            _loggers.CreateLogger<ApplySet>(),
            metrics: _telemetry.Runtime
        );
        var world = new World(_client, cluster, loops, applySet.IsAsApplied, _clock, _loggers, _telemetry.Runtime);
        _world = world;

        // Caches outlive the workers: what is in progress at the end still reads them.
        using var caches = new CancellationTokenSource();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = EndsAllAsync(world.RunAsync(caches.Token), ending);
        _telemetry.Live.Add(
            "watches",
            () => watching.IsCompleted && !cancellationToken.IsCancellationRequested ? "they ended" : null
        );
        var webhooks = _options.Webhooks is { } served
            ? new OperatorWebhooks(served, _client, world, _telemetry.Runtime, _clock, _loggers)
            : null;
        _webhooks = webhooks;
        var answering = webhooks is null ? Task.CompletedTask : EndsAllAsync(webhooks.RunAsync(ending.Token), ending);
        try
        {
            await world.WaitForSyncAsync(ending.Token);
            await LeadAsync(lost => RunLoopsAsync(world, loops, applySet, ending, lost), ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // Asked to end before the caches were full.
        }
        finally
        {
            await ending.CancelAsync();
            await answering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (webhooks is not null)
            {
                await webhooks.DisposeAsync();
            }

            await caches.CancelAsync();
            await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (var part in new[] { watching, answering })
        {
            if (part.IsFaulted)
            {
                await part;
            }
        }
    }

    private Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken stopping) =>
        _elector is null ? lead(CancellationToken.None) : _elector.RunAsync(lead, stopping);

    private async Task RunLoopsAsync(
        World world,
        StackLoops loops,
        ApplySet applySet,
        CancellationTokenSource ending,
        CancellationToken lost
    )
    {
        await using var losing = lost.UnsafeRegister(
            static ending => ((CancellationTokenSource)ending!).Cancel(),
            ending
        );
        var cancellationToken = ending.Token;
        using var direct = new DirectTransport();
        IComponentTransport transport =
            _options.Reach == Reach.ApiProxy ? new ApiProxyTransport(_client, _clock) : direct;
        var prometheus = new PrometheusApi(transport);
        var alertmanager = new AlertmanagerApi(transport);
        var blackbox = new BlackboxApi(transport);
        var audit = new RuleAudit(prometheus);
        var registry = new StackRegistry();
        var recorder = new EventRecorder(
            _client,
            "binnacle.dev/operator",
            Environment.MachineName,
            _clock,
            _loggers.CreateLogger<EventRecorder>(),
            _telemetry.Runtime
        );
        var events = new StackEvents(world, recorder);
        var statuses = new StatusWriter(_client, $"{FieldManager}-status", _clock, _telemetry.Runtime);

        var render = new StackReconciler(
            world,
            new SnapshotBuilder(world, new ReferenceReader(_client, _clock)),
            applySet,
            registry,
            new StackCleanup(_client, world),
            loops,
            events,
            _clock,
            _loggers.CreateLogger<StackReconciler>()
        );
        var load = new LoadReconciler(
            world,
            registry,
            new ConfigLoader(_client, _clock),
            prometheus,
            alertmanager,
            blackbox,
            audit,
            new RefusalExplainer(world, prometheus, _client),
            loops,
            events,
            _clock,
            _loggers.CreateLogger<LoadReconciler>(),
            _telemetry.Refusals
        );
        var live = new LiveReconciler(
            world,
            registry,
            new LiveReader(prometheus, alertmanager, blackbox, audit),
            loops
        );
        var advice = new AdviceReconciler(world, registry, prometheus, loops, _clock);
        var report = new ReportReconciler(
            world,
            registry,
            statuses,
            events,
            reference => loops.Status.Add(reference),
            _clock
        );
        var status = new StatusReconciler(world, registry, statuses, events, _clock);

        var four = new ControllerOptions();
        var eight = new ControllerOptions { Workers = 8 };
        // Work in progress at the end still tells what it does.
        using var telling = new CancellationTokenSource();
        var recording = EndsAllAsync(recorder.RunAsync(telling.Token), ending);
        Task[] running =
        [
            new BurstMemory(_clock).RunAsync(cancellationToken),
            RunAsync("stack", render, loops.Render, four, cancellationToken, lost),
            RunAsync("config-load", load, loops.Load, four, cancellationToken, lost),
            RunAsync("live-state", live, loops.Live, four, cancellationToken, lost),
            RunAsync("advice", advice, loops.Advice, new ControllerOptions { Workers = 1 }, cancellationToken, lost),
            RunAsync("report", report, loops.Report, four, cancellationToken, lost),
            RunAsync("status", status, loops.Status, eight, cancellationToken, lost),
        ];
        loops.Begin(
            () => world.Stacks.List().Select(stack => stack.Key),
            () => world.Tables.SelectMany(table => table.Entries)
        );
        try
        {
            await Task.WhenAll(running.Select(loop => EndsAllAsync(loop, ending)));
        }
        finally
        {
            await telling.CancelAsync();
        }

        await recording;
    }

    private static async Task EndsAllAsync(Task part, CancellationTokenSource ending)
    {
        try
        {
            await part;
        }
        finally
        {
            await ending.CancelAsync();
        }
    }

    private Task RunAsync<TKey>(
        string name,
        IReconciler<TKey> reconciler,
        WorkQueue<TKey> queue,
        ControllerOptions options,
        CancellationToken cancellationToken,
        CancellationToken lost
    )
        where TKey : notnull
    {
        var logger = _loggers.CreateLogger(name);
        var controller = new Controller<TKey>(name, reconciler, queue, options, _clock, logger, _telemetry.Runtime);
        _telemetry.Live.Add($"controller-{name}", () => controller.Problem);
        return controller.RunAsync(cancellationToken, lost);
    }
}
