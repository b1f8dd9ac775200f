using System.Diagnostics;
using System.Threading.Channels;
using Kubernetes.Client;
using Kubernetes.Runtime.Queue;
using Kubernetes.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Controllers;

/// <summary>
/// Takes keys from a queue and has them reconciled by a fixed number of workers, each with a deadline; failures come
/// back after a growing pause.
/// </summary>
/// <typeparam name="TKey">What names the thing to reconcile.</typeparam>
public sealed class Controller<TKey>
    where TKey : notnull
{
    private static readonly TimeSpan LeastToSpread = TimeSpan.FromMinutes(1);

    /// <summary>A reconciliation that goes on this long after it was cut off will not end.</summary>
    private static readonly TimeSpan Unstoppable = TimeSpan.FromMinutes(1);

    private readonly string _name;
    private readonly IReconciler<TKey> _reconciler;
    private readonly WorkQueue<TKey> _queue;
    private readonly ControllerOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ControllerInstruments? _instruments;
    private readonly Func<double> _random;
    private readonly WorkerWatch<TKey> _watch;

    /// <summary>Makes one that does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="name">The controller's name in logs and metrics.</param>
    /// <param name="reconciler">Does the work.</param>
    /// <param name="queue">Where keys come from; completed when the controller stops.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="time">The clock of deadlines.</param>
    /// <param name="logger">Where failures are told.</param>
    /// <param name="metrics">Where reconciliations are counted; null: nowhere.</param>
    public Controller(
        string name,
        IReconciler<TKey> reconciler,
        WorkQueue<TKey> queue,
        ControllerOptions? options,
        TimeProvider time,
        ILogger logger,
        RuntimeMetrics? metrics = null
    )
        : this(name, reconciler, queue, options, time, logger, metrics, Random.Shared.NextDouble) { }

    internal Controller(
        string name,
        IReconciler<TKey> reconciler,
        WorkQueue<TKey> queue,
        ControllerOptions? options,
        TimeProvider time,
        ILogger logger,
        RuntimeMetrics? metrics,
        Func<double> random
    )
    {
        _name = name;
        _reconciler = reconciler;
        _queue = queue;
        _options = options ?? new ControllerOptions();
        _time = time;
        _logger = logger;
        _random = random;
        _instruments = metrics?.ForController(name, _options.Workers);
        _watch = new WorkerWatch<TKey>(_options.Workers, _options.Timeout + Unstoppable, time);
    }

    /// <summary>
    /// What keeps the workers from working: one of them ended before it was told to, or reconciles a key long after its
    /// deadline, so that it will never end. Null while all is well. For liveness.
    /// </summary>
    public string? Problem => _watch.Problem;

    /// <summary>
    /// Works until <paramref name="cancellationToken"/> fires, then takes no more keys, lets those in progress end for
    /// up to <see cref="ControllerOptions.DrainTimeout"/>, cuts them off, and returns.
    /// </summary>
    /// <param name="cancellationToken">Asks for an orderly end.</param>
    /// <param name="abort">Breaks work in progress off at once, and takes no more: leadership is lost.</param>
    public async Task RunAsync(CancellationToken cancellationToken, CancellationToken abort = default)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, abort);
        cancellationToken = stop.Token;
        using var cutOff = CancellationTokenSource.CreateLinkedTokenSource(abort);
        var workers = Task.WhenAll(
            Enumerable
                .Range(0, _options.Workers)
                .Select(worker => Task.Run(() => WorkAsync(worker, cutOff.Token), CancellationToken.None))
        );
        await using (cancellationToken.UnsafeRegister(static it => ((Controller<TKey>)it!).StopIntake(), this))
        {
            await Task.WhenAny(workers, Task.Delay(Timeout.Infinite, cancellationToken));
        }

        // The delay may have heard of the stop first: the registration above is then gone before its turn came, and
        // workers would wait for keys for ever.
        if (cancellationToken.IsCancellationRequested)
        {
            StopIntake();
        }

        try
        {
            await workers.WaitAsync(_options.DrainTimeout, _time, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            _logger.LogWarning("{Controller}: work in progress did not end in time and is cut off", _name);
            await cutOff.CancelAsync();
            await workers;
        }
    }

    private void StopIntake()
    {
        _watch.MayEnd();
        _queue.Complete();
    }

    private async Task WorkAsync(int worker, CancellationToken cutOff)
    {
        // Whoever started the controller is not part of the trace of a reconciliation.
        Activity.Current = null;
        try
        {
            await WorkOnAsync(worker, cutOff);
        }
        finally
        {
            _watch.Ended(worker);
        }
    }

    private async Task WorkOnAsync(int worker, CancellationToken cutOff)
    {
        while (true)
        {
            TKey key;
            try
            {
                key = await _queue.TakeAsync(CancellationToken.None);
            }
            catch (ChannelClosedException)
            {
                return;
            }

            _watch.Began(worker, key);
            try
            {
                await ReconcileAsync(key, cutOff);
            }
            finally
            {
                _watch.Rests(worker);
                _queue.Done(key);
            }
        }
    }

    private async Task ReconcileAsync(TKey key, CancellationToken cutOff)
    {
        using var deadline = new CancellationTokenSource(_options.Timeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cutOff);
        using var span = ReconcileSpan.Start(_name, key);
        using var scope = _logger.BeginScope(new ReconcileScope(_name, key.ToString() ?? ""));
        var started = _time.GetTimestamp();
        var outcome = ControllerInstruments.Error;
        _instruments?.Started();
        try
        {
            var result = await _reconciler.ReconcileAsync(key, linked.Token);
            _queue.Forget(key);
            outcome = ControllerInstruments.Success;
            if (result.Delay is { } delay)
            {
                outcome = ControllerInstruments.RequeueAfter;
                _queue.AddAfter(key, Spread(delay), delay < LeastToSpread ? WorkPriority.Normal : WorkPriority.Resync);
            }
        }
        catch (OperationCanceledException) when (cutOff.IsCancellationRequested)
        {
            _logger.LogInformation("{Controller}: {Key} was cut off by the stop", _name, key);
        }
        catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Conflict)
        {
            // Somebody else was faster; the cache will know in a moment.
            outcome = ControllerInstruments.Requeue;
            _logger.LogDebug("{Controller}: {Key} changed meanwhile, trying again: {Message}", _name, key, e.Message);
            _queue.AddRateLimited(key);
        }
        catch (TerminalReconcileException e)
        {
            _instruments?.Failed();
            _instruments?.FailedForGood();
            span?.Failed(e);
            _queue.Forget(key);
            _logger.LogError(
                "{Controller}: {Key} cannot be reconciled before it changes: {Message}",
                _name,
                key,
                e.Message
            );
        }
        catch (Exception e)
        {
            _instruments?.Failed();
            span?.Failed(e);
            Tell(key, e, deadline.IsCancellationRequested && e is OperationCanceledException);
            _queue.AddRateLimited(key);
        }
        finally
        {
            span?.Ended(outcome);
            _instruments?.Ended(outcome, _time.GetElapsedTime(started));
        }
    }

    private void Tell(TKey key, Exception e, bool timedOut)
    {
        var attempt = _queue.Failures(key) + 1;
        if (timedOut)
        {
            _instruments?.TimedOut();
            _logger.LogError(
                "{Controller}: {Key} took longer than {Timeout}, trying again",
                _name,
                key,
                _options.Timeout
            );
        }
        else if (e is KubernetesApiException api)
        {
            // The server said what is wrong; where we asked says nothing more.
            _logger.LogError("{Controller}: {Key} failed ({Attempt}): {Message}", _name, key, attempt, api.Message);
        }
        else
        {
            _logger.LogError(e, "{Controller}: {Key} failed ({Attempt})", _name, key, attempt);
        }
    }

    private TimeSpan Spread(TimeSpan delay) =>
        delay < LeastToSpread ? delay : delay * (1 + (_options.RequeueSpread * ((2 * _random()) - 1)));
}
