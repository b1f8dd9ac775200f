using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Leases;

/// <summary>
/// Has one of several processes work at a time, by a Lease of the API server. A process that was stopped for longer
/// than <see cref="LeaderElectionOptions.LeaseDuration"/> by the machine may send what it was about to send when it goes
/// on, before it notices: a Lease is no fence, so that work must bear being done twice.
/// </summary>
public sealed class LeaderElector
{
    /// <summary>Looks and writes of one attempt: others may write in between.</summary>
    private const int Steps = 4;

    /// <summary>Timers count whole milliseconds: a wait for less would be none.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly IKubernetesClient _client;
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Func<double> _random;
    private readonly LeaseKnowledge _knowledge;
    private readonly LeaderInstruments? _instruments;
    private volatile Term? _term;
    private string _toldHolder = "";

    /// <summary>Makes a candidate that does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="client">
    /// Its own, used by nothing else: renewals must not wait behind other requests for a connection or a budget.
    /// </param>
    /// <param name="options">What is contended for.</param>
    /// <param name="time">The clock of all periods; only its monotonic time counts.</param>
    /// <param name="logger">Where elections are told.</param>
    /// <param name="metrics">Where it is counted who leads; null: nowhere.</param>
    /// <exception cref="System.ComponentModel.DataAnnotations.ValidationException">The options are wrong, see <see cref="LeaderElectionOptions.Validate"/>.</exception>
    public LeaderElector(
        IKubernetesClient client,
        LeaderElectionOptions options,
        TimeProvider time,
        ILogger<LeaderElector> logger,
        RuntimeMetrics? metrics = null
    )
        : this(client, options, time, logger, metrics, Random.Shared.NextDouble) { }

    internal LeaderElector(
        IKubernetesClient client,
        LeaderElectionOptions options,
        TimeProvider time,
        ILogger logger,
        RuntimeMetrics? metrics,
        Func<double> random
    )
    {
        options.Validate();
        _instruments = metrics?.ForLeaderElection(options.Lease.Name);
        _client = client;
        _options = options;
        _time = time;
        _logger = logger;
        _random = random;
        _knowledge = new LeaseKnowledge(options, time);
    }

    /// <summary>This candidate's name.</summary>
    public string Identity => _options.Identity;

    /// <summary>This process leads now. From any thread.</summary>
    public bool IsLeader => _term?.IsOn ?? false;

    /// <summary>
    /// Waits for leadership, works, and gives it back. Returns when <paramref name="stopping"/> fires before leadership
    /// came, or when the work has ended; while the work winds up, the Lease is still renewed.
    /// </summary>
    /// <param name="lead">
    /// The work. Its token fires when leadership is lost: from then on nothing may be written, work in progress has to
    /// be broken off. It does not fire for <paramref name="stopping"/>: the work listens to that itself, and ends in
    /// order.
    /// </param>
    /// <param name="stopping">The process is to end.</param>
    /// <exception cref="LeadershipLostException">It was lost. End the process.</exception>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken stopping)
    {
        if (await AcquireAsync(stopping) is not { } since)
        {
            return;
        }

        using var term = new Term(since, _options.RenewDeadline, _time);
        using var done = new CancellationTokenSource();
        _term = term;
        Tell(leads: true);
        await using var losing = term.Lost.UnsafeRegister(static it => ((LeaderElector)it!).Tell(leads: false), this);
        _logger.LogInformation("{Identity} leads: it holds the Lease {Lease}", _options.Identity, _options.Lease);
        var renewing = RenewAsync(term, done.Token);
        Exception? failure = null;
        try
        {
            var work = lead(term.Lost);
            await EndedOrLostAsync(work, term);
            await work;
        }
        catch (Exception e)
        {
            failure = e;
        }

        done.Cancel();
        await renewing;
        // From here on somebody else may lead, whatever becomes of the release.
        _term = null;
        Tell(leads: false);
        if (term.Lost.IsCancellationRequested)
        {
            throw new LeadershipLostException(term.Reason, failure);
        }

        await ReleaseAsync();
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>
    /// Waits for the work. Once leadership is lost it has only a part of the time that is left before another may lead,
    /// as work that does not heed its token would keep the process alive.
    /// </summary>
    private async Task EndedOrLostAsync(Task work, Term term)
    {
        var lost = new TaskCompletionSource();
        await using var registration = term.Lost.UnsafeRegister(
            static lost => ((TaskCompletionSource)lost!).TrySetResult(),
            lost
        );
        await Task.WhenAny(work, lost.Task);
        if (!work.IsCompleted)
        {
            _logger.LogCritical("Leadership is lost: {Reason}. The work is broken off", term.Reason);
            try
            {
                await work.WaitAsync((_options.LeaseDuration - _options.RenewDeadline) / 2, _time);
            }
            catch (TimeoutException)
            {
                throw new LeadershipLostException($"{term.Reason}; the work did not end");
            }
        }
    }

    /// <summary>When the write that made us leader was sent; null: told to stop.</summary>
    private async Task<long?> AcquireAsync(CancellationToken stopping)
    {
        _logger.LogInformation("{Identity} is a candidate for the Lease {Lease}", _options.Identity, _options.Lease);
        try
        {
            while (true)
            {
                if (await TryHoldAsync(leading: false, stopping) is { } since)
                {
                    return since;
                }

                // Not much later than the Lease is free, and else as others do.
                var pause = _options.RetryPeriod * (1 + (LeaderElectionOptions.JitterFactor * _random()));
                var free = _knowledge.UntilFree();
                await Task.Delay(free > TimeSpan.Zero && free + Tick < pause ? free + Tick : pause, _time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task RenewAsync(Term term, CancellationToken done)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(done, term.Lost);
        var begun = _time.GetTimestamp();
        try
        {
            while (true)
            {
                // An attempt that took long is followed by the next at once: the term does not wait for it either.
                var pause = _options.RetryPeriod - _time.GetElapsedTime(begun);
                await Task.Delay(pause > TimeSpan.Zero ? pause : TimeSpan.Zero, _time, ending.Token);
                begun = _time.GetTimestamp();
                if (await TryHoldAsync(leading: true, ending.Token) is { } since)
                {
                    term.Extend(since);
                }
                else if (_knowledge.IsAnothers)
                {
                    term.End($"the Lease {_options.Lease} is held by '{_knowledge.Holder}'");
                }
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            // The work has ended, or the term.
        }
    }

    /// <summary>
    /// Writes our name into the Lease if it is ours or free. When the write that succeeded was sent; null: it is
    /// another's, or the server could not be asked. A leader looks only when the server says that what it knows is not
    /// current, and takes nothing that is not its own.
    /// </summary>
    private async Task<long?> TryHoldAsync(bool leading, CancellationToken cancellationToken)
    {
        var problem = "others write to it all the time";
        try
        {
            var look = !leading;
            for (var step = 0; step < Steps; step++)
            {
                if (look)
                {
                    await LookAsync(cancellationToken);
                }

                if (_knowledge.UntilFree() > TimeSpan.Zero || (leading && _knowledge.IsAnothers))
                {
                    return null;
                }

                var sent = _time.GetTimestamp();
                try
                {
                    _knowledge.Saw(await WriteAsync(_knowledge.Claim(), cancellationToken));
                    return sent;
                }
                catch (KubernetesApiException e)
                    when (e.Kind
                            is KubernetesErrorKind.Conflict
                                or KubernetesErrorKind.AlreadyExists
                                or KubernetesErrorKind.NotFound
                    )
                {
                    // Somebody else wrote, or deleted it, or a write of ours whose answer was lost did arrive.
                    look = true;
                    problem = e.Message;
                    _instruments?.TookSlowPath();
                }
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            problem = e.Message;
        }

        cancellationToken.ThrowIfCancellationRequested();
        _logger.LogWarning("The Lease {Lease} cannot be written: {Problem}", _options.Lease, problem);
        return null;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        _knowledge.Saw(await InTimeAsync(token => _client.FindAsync<Lease>(_options.Lease, token), cancellationToken));
        if (_knowledge.Holder != _toldHolder && !_knowledge.IsOurs)
        {
            _toldHolder = _knowledge.Holder;
            _logger.LogInformation(
                "The Lease {Lease} is held by {Holder}",
                _options.Lease,
                _toldHolder.Length > 0 ? _toldHolder : "nobody"
            );
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            for (var step = 0; step < Steps && _knowledge.IsOurs; step++)
            {
                try
                {
                    _knowledge.Saw(await WriteAsync(_knowledge.Release(), CancellationToken.None));
                    _logger.LogInformation("{Identity} has given the Lease back", _options.Identity);
                }
                catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Conflict)
                {
                    await LookAsync(CancellationToken.None);
                }
            }
        }
        catch (Exception e)
        {
            // The others wait until it expires.
            _logger.LogWarning("The Lease {Lease} could not be given back: {Problem}", _options.Lease, e.Message);
        }
    }

    private void Tell(bool leads)
    {
        if (_instruments is { } instruments)
        {
            instruments.IsLeader = leads;
        }
    }

    private Task<Lease> WriteAsync(Lease lease, CancellationToken cancellationToken) =>
        InTimeAsync(
            token =>
                lease.Metadata.ResourceVersion is null
                    ? _client.CreateAsync(lease, new WriteOptions(), token)
                    : _client.ReplaceAsync(lease, new WriteOptions(), token),
            cancellationToken
        );

    /// <summary>One request with its deadline, retries of the client included.</summary>
    private async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.RequestTimeout, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return await send(linked.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesApiException(
                KubernetesErrorKind.Timeout,
                $"no answer within {_options.RequestTimeout.TotalSeconds:0.###} s",
                innerException: e
            );
        }
    }
}
