using System.Collections.Concurrent;
using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Kubernetes.Runtime.Tests.Certificates;

public sealed class CertificateSecretTests
{
    private static readonly ObjectKey Key = new("home", "hooks-tls");

    /// <summary>A timer may go off while it is disposed; what its callback throws ends the process.</summary>
    [Fact]
    [Trait("Guarantee", "V4")]
    public async Task A_timer_that_goes_off_when_it_is_no_longer_needed_does_no_harm()
    {
        using var stop = new CancellationTokenSource();
        var clock = new LateTimers();
        var server = new FakeApiServer();
        using var secret = new CertificateSecret(
            server,
            Key,
            new CertificatePolicy("test", ["hooks.home.svc"]),
            new ServingCertificate(),
            clock,
            NullLogger.Instance
        );
        var running = secret.RunAsync(stop.Token);
        await Eventually.TrueAsync(() => server.OpenWatches == 1 && secret.Bundle is not null, "it watches");

        server.Remove(Secret.ResourceType, Key);
        await Eventually.TrueAsync(() => server.All<Secret>().Count == 1, "a change wakes it");
        await stop.CancelAsync();
        await running.InTime();

        clock.Disposed.ShouldNotBeEmpty();
        Should.NotThrow(clock.FireDisposed);
    }

    /// <summary>Keeps the callbacks of timers that were disposed.</summary>
    private sealed class LateTimers : TimeProvider
    {
        private readonly ManualTimeProvider _clock = new();

        public ConcurrentQueue<Action> Disposed { get; } = new();

        public override DateTimeOffset GetUtcNow() => _clock.GetUtcNow();

        public override long GetTimestamp() => _clock.GetTimestamp();

        public override long TimestampFrequency => _clock.TimestampFrequency;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new LateTimer(
                _clock.CreateTimer(callback, state, dueTime, period),
                () => Disposed.Enqueue(() => callback(state))
            );

        public void FireDisposed()
        {
            foreach (var fire in Disposed)
            {
                fire();
            }
        }

        private sealed class LateTimer(ITimer timer, Action disposed) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

            public void Dispose()
            {
                disposed();
                timer.Dispose();
            }

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
