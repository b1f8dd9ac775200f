namespace Kubernetes.Runtime.Tests.Leases;

/// <summary>A clock that runs faster or slower than another, and shows another date.</summary>
internal sealed class SkewedTimeProvider(TimeProvider real, double rate, TimeSpan offset) : TimeProvider
{
    private readonly long _start = real.GetTimestamp();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (long)(real.GetElapsedTime(_start).Ticks * rate);

    public override DateTimeOffset GetUtcNow() =>
        DateTimeOffset.UnixEpoch.AddYears(50) + offset + new TimeSpan(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(real.CreateTimer(callback, state, Real(dueTime), Real(period)), this);

    private TimeSpan Real(TimeSpan own) =>
        own == Timeout.InfiniteTimeSpan ? own : new TimeSpan((long)Math.Ceiling(own.Ticks / rate));

    private sealed class Timer(ITimer real, SkewedTimeProvider clock) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => real.Change(clock.Real(dueTime), clock.Real(period));

        public void Dispose() => real.Dispose();

        public ValueTask DisposeAsync() => real.DisposeAsync();
    }
}
