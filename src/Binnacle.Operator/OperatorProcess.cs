using Binnacle.Operator.Admission;
using Binnacle.Operator.Components;
using Binnacle.Operator.Live;
using Binnacle.Operator.Loading;
using Binnacle.Operator.Observing;
using Binnacle.Operator.Reconciling;
using Binnacle.Operator.Reporting;
using Kubernetes.Client;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Events;
using Kubernetes.Runtime.Leases;
using Kubernetes.Runtime.Status;
using Kubernetes.Runtime.Telemetry;

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
    private readonly LeaderElector? _elector;
    private volatile World? _world;
    private volatile OperatorWebhooks? _webhooks;

    /// <summary>Puts it together; nothing runs yet.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="options">What it is started with.</param>
    /// <param name="clock">The clock of everything.</param>
    /// <param name="loggers">Where it tells what it does.</param>
    /// <param name="elector">Says when this operator may write; null: always.</param>
    public OperatorProcess(
        IKubernetesClient client,
        OperatorOptions options,
        TimeProvider clock,
        ILoggerFactory loggers,
        LeaderElector? elector = null
    )
    {
        _elector = elector;
        _client = client;
        _options = options;
        _clock = clock;
        _loggers = loggers;
    }

    /// <summary>Every cache holds a whole list: what the operator says and does is based on the cluster as it is.</summary>
    public bool IsReady => (_world?.HasSynced ?? false) && IsServingWebhooks;

    /// <summary>There is a certificate for the webhooks, or there are to be none.</summary>
    public bool IsServingWebhooks => _options.Webhooks is null || _webhooks?.IsServing == true;

    /// <summary>This one writes; the others keep their caches full and wait.</summary>
    public bool IsLeader => _elector?.IsLeader ?? IsReady;

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
        using var metrics = new RuntimeMetrics();
        using var loops = new StackLoops(_clock);
        var applySet = new ApplySet(_client, FieldManager, _clock, _loggers.CreateLogger<ApplySet>());
        var world = new World(_client, cluster, loops, applySet.IsAsApplied, _clock, _loggers);
        loops.Connect(() => world.Stacks.List().Select(stack => stack.Key));
        _world = world;

        // Caches outlive the workers: what is in progress at the end still reads them.
        using var caches = new CancellationTokenSource();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = EndsAllAsync(world.RunAsync(caches.Token), ending);
        var webhooks = _options.Webhooks is { } served
            ? new OperatorWebhooks(served, _client, world, metrics, _clock, _loggers)
            : null;
        _webhooks = webhooks;
        var answering = webhooks is null ? Task.CompletedTask : EndsAllAsync(webhooks.RunAsync(ending.Token), ending);
        try
        {
            await world.WaitForSyncAsync(ending.Token);
            await LeadAsync(lost => RunLoopsAsync(world, loops, applySet, metrics, ending, lost), ending.Token);
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
        RuntimeMetrics metrics,
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
        IComponentTransport transport = _options.Reach == Reach.ApiProxy ? new ApiProxyTransport(_client) : direct;
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
            _loggers.CreateLogger<EventRecorder>()
        );
        var events = new StackEvents(world, recorder);
        var statuses = new StatusWriter(_client, $"{FieldManager}-status", _clock);

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
            _loggers.CreateLogger<LoadReconciler>()
        );
        var live = new LiveReconciler(
            world,
            registry,
            new LiveReader(prometheus, alertmanager, blackbox, audit),
            loops
        );
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
        Task[] running =
        [
            new BurstMemory(_clock).RunAsync(cancellationToken),
            recorder.RunAsync(cancellationToken),
            Controller("stack", render, loops.Render, four, metrics).RunAsync(cancellationToken, lost),
            Controller("config-load", load, loops.Load, four, metrics).RunAsync(cancellationToken, lost),
            Controller("live-state", live, loops.Live, four, metrics).RunAsync(cancellationToken, lost),
            Controller("report", report, loops.Report, four, metrics).RunAsync(cancellationToken, lost),
            Controller("status", status, loops.Status, eight, metrics).RunAsync(cancellationToken, lost),
        ];
        await Task.WhenAll(running.Select(loop => EndsAllAsync(loop, ending)));
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

    private Controller<TKey> Controller<TKey>(
        string name,
        IReconciler<TKey> reconciler,
        Kubernetes.Runtime.Queue.WorkQueue<TKey> queue,
        ControllerOptions options,
        RuntimeMetrics metrics
    )
        where TKey : notnull => new(name, reconciler, queue, options, _clock, _loggers.CreateLogger(name), metrics);
}
