using System.Runtime.CompilerServices;
using Binnacle.Testing;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Tests.Fakes;
using Microsoft.Extensions.Logging.Abstractions;
using static Kubernetes.Runtime.Tests.Fakes.Make;

namespace Kubernetes.Runtime.Tests.Caching;

public sealed class ReflectorLifetimeTests
{
    private const int Times = 1000;

    [Fact]
    [Trait("Guarantee", "W24")]
    public async Task A_thousand_starts_and_stops_leave_no_connection_timer_handle_or_object_behind()
    {
        var model = new FakeApiServer();
        for (var i = 0; i < 10; i++)
        {
            model.Put(ConfigMap($"o{i}", new string('x', 1000)));
        }

        await using var server = new SocketApiServer(model);
        var time = new ManualTimeProvider();
        using var client = server.Connect(time);
        await RunOnceAsync(server, client, time, WhenToStop.Watching);
        var handles = OpenHandles();
        var left = new List<WeakReference>();

        for (var i = 0; i < Times; i++)
        {
            left.Add(await RunOnceAsync(server, client, time, (WhenToStop)(i % 3)));
        }

        await Eventually.TrueAsync(() => server.OpenConnections <= 3, "the server sees them all closed");
        time.PendingTimers.ShouldBe(0);
        // Other tests run beside this one and open some of their own.
        OpenHandles().ShouldBeLessThan(handles + (Times / 4));
        await Eventually.TrueAsync(
            () =>
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
                return left.Count(it => it.IsAlive) < 10;
            },
            "stores and reflectors are collected"
        );
    }

    private enum WhenToStop
    {
        AtOnce,
        Synced,
        Watching,
    }

    private static int OpenHandles() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> RunOnceAsync(
        SocketApiServer server,
        KubernetesClient client,
        TimeProvider time,
        WhenToStop whenToStop
    )
    {
        var store = new Store<ConfigMap>();
        var reflector = new Reflector<ConfigMap>(
            client,
            store,
            new ReflectorOptions<ConfigMap>(),
            time,
            NullLogger.Instance
        );
        using var subscription = store.Subscribe(_ => { });
        using var stop = new CancellationTokenSource();
        var watches = server.WatchesOpened;
        var running = reflector.RunAsync(stop.Token);
        if (whenToStop != WhenToStop.AtOnce)
        {
            await reflector.WaitForSyncAsync(CancellationToken.None).InTime();
        }

        if (whenToStop == WhenToStop.Watching)
        {
            await Eventually.TrueAsync(() => server.WatchesOpened > watches, "it watches");
        }

        await stop.CancelAsync();
        await running.InTime();
        return new WeakReference(store);
    }
}
