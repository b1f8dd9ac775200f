using Binnacle.Testing;
using Kubernetes.Runtime.Leases;

namespace Kubernetes.Runtime.Tests.Leases;

/// <summary>Candidates for one Lease on one thread and one clock, which stands still unless <see cref="Pass"/> is called.</summary>
internal sealed class Election(SingleThread thread) : IDisposable
{
    public ManualTimeProvider Time { get; } = new();

    public LeaseServer Server => field ??= new LeaseServer(Time);

    /// <summary>The candidates of all times.</summary>
    public List<Candidate> Candidates { get; } = [];

    public IReadOnlyList<Candidate> Leaders => [.. Candidates.Where(candidate => candidate.IsWorking)];

    /// <summary>Starts one.</summary>
    public Candidate Start(string name, double clockRate = 1, double jitter = 0.5, Line? line = null)
    {
        var clock = new SkewedTimeProvider(Time, clockRate, TimeSpan.FromHours(7 * Candidates.Count));
        var candidate = new Candidate(
            Server,
            line ?? new Line(),
            new LeaderElectionOptions { Lease = LeaseServer.Key, Identity = name },
            clock,
            () => jitter
        );
        Candidates.Add(candidate);
        thread.Settle();
        return candidate;
    }

    /// <summary>Lets time go by, from timer to timer.</summary>
    public void Pass(double seconds, Action? each = null)
    {
        var end = Time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        thread.Settle();
        each?.Invoke();
        while (Time.GetUtcNow() < end)
        {
            var left = end - Time.GetUtcNow();
            Time.Advance(Time.UntilNextTimer is { } next && next < left ? Max(next, TimeSpan.Zero) : left);
            // What the timers did at once is looked at before what they set off.
            each?.Invoke();
            thread.Settle();
            each?.Invoke();
        }
    }

    /// <summary>How many seconds it takes until the condition holds.</summary>
    public double Until(Func<bool> condition, double atMost = 60)
    {
        var start = Time.GetUtcNow();
        while (!condition())
        {
            (Time.GetUtcNow() - start).TotalSeconds.ShouldBeLessThan(atMost);
            Pass(0.05);
        }

        return (Time.GetUtcNow() - start).TotalSeconds;
    }

    public void Dispose() => Candidates.ForEach(candidate => candidate.Dispose());

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}

/// <summary>One process that takes part.</summary>
internal sealed class Candidate : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SkewedTimeProvider _clock;

    public Candidate(
        LeaseServer server,
        Line line,
        LeaderElectionOptions options,
        SkewedTimeProvider clock,
        Func<double> random
    )
    {
        Line = line;
        _clock = clock;
        Name = options.Identity;
        Elector = new LeaderElector(server.Connect(line), options, clock, Log, metrics: null, random);
        Run = Elector.RunAsync(WorkAsync, _stop.Token);
    }

    public string Name { get; }
    public Line Line { get; }
    public RecordingLogger Log { get; } = new();
    public LeaderElector Elector { get; }

    /// <summary>Its life.</summary>
    public Task Run { get; }

    /// <summary>It works as the leader: leadership was given, and its token has not fired.</summary>
    public bool IsWorking { get; private set; }

    /// <summary>The process was killed: it does nothing any more, and what it was about to do is not done.</summary>
    public bool IsDead { get; private set; }

    /// <summary>How long the work takes to wind up when the process is to end.</summary>
    public TimeSpan Drain { get; set; }

    /// <summary>The work does not heed its token.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>The work itself fails with this.</summary>
    public TaskCompletionSource Failure { get; } = new();

    public void Stop() => _stop.Cancel();

    public void Dispose() => _stop.Dispose();

    public void Kill()
    {
        IsDead = true;
        IsWorking = false;
        Line.IsCut = true;
        Line.Fault = _ => new InvalidOperationException("the process is dead");
    }

    private async Task WorkAsync(CancellationToken lost)
    {
        IsWorking = !IsDead && !lost.IsCancellationRequested;
        await using var registration = lost.UnsafeRegister(_ => IsWorking = false, null);
        try
        {
            var stopped = new TaskCompletionSource();
            await using var stopping = _stop.Token.UnsafeRegister(_ => stopped.TrySetResult(), null);
            await Task.WhenAny(stopped.Task, Failure.Task).WaitAsync(IsDeaf ? CancellationToken.None : lost);
            await Task.Delay(Drain, _clock, IsDeaf ? CancellationToken.None : lost);
            await (Failure.Task.IsCompleted ? Failure.Task : Task.CompletedTask);
        }
        finally
        {
            IsWorking = false;
        }
    }
}
