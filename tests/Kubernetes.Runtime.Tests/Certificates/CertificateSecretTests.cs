using System.Collections.Concurrent;
using Binnacle.Testing;
using Kubernetes.Models;
using Kubernetes.Runtime.Certificates;
using Kubernetes.Runtime.Telemetry;
using Kubernetes.Runtime.Telemetry.Collection;
using Kubernetes.Runtime.Telemetry.Exposition;
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

    [Fact]
    [Trait("Guarantee", "W29")]
    public async Task Its_watch_is_counted_as_all_others_are()
    {
        using var collector = new MetricsCollector(TimeProvider.System);
        using var metrics = new RuntimeMetrics(collector);
        using var stop = new CancellationTokenSource();
        var server = new FakeApiServer();
        using var secret = new CertificateSecret(
            server,
            Key,
            new CertificatePolicy("test", ["hooks.home.svc"]),
            new ServingCertificate(),
            new ManualTimeProvider(),
            NullLogger.Instance,
            metrics: metrics
        );
        var running = secret.RunAsync(stop.Token);

        await Eventually.TrueAsync(
            () =>
                ExpositionWriter
                    .Write(collector.Collect(), ExpositionFormat.Negotiate(""))
                    .Contains("""reflector_store_objects{kind="Secret"} 1""", StringComparison.Ordinal),
            "the Secret is in the cache"
        );
        await stop.CancelAsync();
        await running.InTime();
    }

    [Fact]
    [Trait("Guarantee", "M22")]
    public void What_clients_would_refuse_is_told_by_the_time_that_is_asked_for()
    {
        var made = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var serving = new ServingCertificate();
        serving.ProblemAt(made).ShouldBe("there is no certificate yet");
        serving.Set(CertificateMaterial.New(new CertificatePolicy("test", ["hooks.home.svc"]), made).Leaf);
        var (from, until) = (Validity.From(serving.Current!), Validity.Until(serving.Current!));

        serving
            .ProblemAt(from.AddSeconds(-1))
            .ShouldBe($"the certificate is valid from {from:u} on; it is {from.AddSeconds(-1):u} here");
        serving.ProblemAt(from).ShouldBeNull();
        serving.ProblemAt(until).ShouldBeNull();
        serving.ProblemAt(until.AddSeconds(1)).ShouldBe($"the certificate expired at {until:u}");
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
