using Binnacle.Testing;
using Kubernetes.Client.Tests.Support;
using Kubernetes.Models;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Kubernetes.Client.Tests;

/// <summary>Counts what the process holds: nothing else may run beside it.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class Alone;

/// <summary>What is given up leaves nothing behind: no socket, no stream at the server, no memory.</summary>
[Collection("Alone")]
public sealed class LeakTests : IAsyncLifetime
{
    private const int Rounds = 1000;

    /// <summary>
    /// Idle connections that stay in the pools on purpose, and their other ends at the server: as many as were wanted
    /// at once, however many rounds there were.
    /// </summary>
    private const int SocketMargin = 200;

    /// <summary>Two kilobytes for each round; what an idle connection holds (buffers of TLS at both ends) apart.</summary>
    private const long MemoryMargin = Rounds * 2048;

    private const long MemoryOfSocket = 64 * 1024;

    private const string Event = """{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"6"}}}""" + "\n";
    private static readonly WatchRequest Watch = new() { Namespace = "n", ResourceVersion = "5" };

    private readonly ManualTimeProvider clock = new();
    private readonly CancellationToken token = TestContext.Current.CancellationToken;
    private TestApiServer server = null!;
    private KubernetesClient client = null!;
    private int open;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2)]
    [InlineData(HttpProtocols.Http1)]
    [Trait("Guarantee", "C18")]
    public async Task A_thousand_watches_that_are_dropped_leave_nothing(HttpProtocols protocols)
    {
        await StartAsync(protocols);
        await AssertLeavesNothingAsync(
            (round, lasting) =>
                (round % 3) switch
                {
                    0 => LeaveLoopAsync(lasting),
                    1 => CancelWhileWaitingAsync(lasting),
                    _ => CancelBeforeTheAnswerAsync(lasting),
                }
        );
    }

    [Theory]
    [InlineData(HttpProtocols.Http1AndHttp2)]
    [InlineData(HttpProtocols.Http1)]
    [Trait("Guarantee", "C19")]
    public async Task A_thousand_requests_that_are_cancelled_leave_nothing(HttpProtocols protocols)
    {
        await StartAsync(protocols);
        await AssertLeavesNothingAsync(
            async (_, lasting) =>
            {
                using var mine = CancellationTokenSource.CreateLinkedTokenSource(lasting);
                var get = client.GetAsync<ConfigMap>(new ObjectKey("n", "never"), mine.Token);
                await Task.Delay(1, token);
                await mine.CancelAsync();
                await Should.ThrowAsync<OperationCanceledException>(get);
            }
        );
    }

    private async Task StartAsync(HttpProtocols protocols)
    {
        server = await TestApiServer.StartAsync(
            async (context, seen) =>
            {
                Interlocked.Increment(ref open);
                try
                {
                    if (!seen.Path.EndsWith("/never"))
                    {
                        await TestApiServer.SendAsync(context, Event);
                    }
                    await TestApiServer.HangAsync(context);
                }
                finally
                {
                    Interlocked.Decrement(ref open);
                }
            },
            protocols: protocols
        );
        client = new KubernetesClient(server.Configuration, clock);
    }

    private async Task LeaveLoopAsync(CancellationToken lasting)
    {
        await foreach (var _ in client.WatchAsync<ConfigMap>(Watch, lasting))
        {
            break;
        }
    }

    private async Task CancelWhileWaitingAsync(CancellationToken lasting)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(lasting);
        await using var events = client.WatchAsync<ConfigMap>(Watch, mine.Token).GetAsyncEnumerator(token);
        await events.MoveNextAsync();
        var next = events.MoveNextAsync();
        await mine.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(next.AsTask());
    }

    private async Task CancelBeforeTheAnswerAsync(CancellationToken lasting)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(lasting);
        await using var events = client.WatchAsync<ConfigMap>(Watch, mine.Token).GetAsyncEnumerator(token);
        var first = events.MoveNextAsync().AsTask();
        await mine.CancelAsync();
        try
        {
            await first;
        }
        catch (OperationCanceledException)
        {
            // It may have been quicker, too.
        }
    }

    private async Task AssertLeavesNothingAsync(Func<int, CancellationToken, Task> act)
    {
        // One token for all of them, as in a program that runs for months: what hangs on to it is never let go.
        using var lasting = new CancellationTokenSource();
        await RepeatAsync(100);
        var (sockets, memory) = await MeasureAsync();

        await RepeatAsync(Rounds);

        var (socketsAfter, memoryAfter) = await MeasureAsync(sockets + SocketMargin);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Rounds} rounds: sockets {sockets} -> {socketsAfter}, memory {memory:N0} -> {memoryAfter:N0} bytes"
        );
        open.ShouldBe(0);
        // Deadlines, each of which hangs on to the caller's token.
        clock.PendingTimers.ShouldBe(0);
        socketsAfter.ShouldBeLessThanOrEqualTo(sockets + SocketMargin);
        memoryAfter.ShouldBeLessThan(memory + MemoryMargin + Math.Max(0, socketsAfter - sockets) * MemoryOfSocket);

        Task RepeatAsync(int count) =>
            Parallel.ForEachAsync(
                Enumerable.Range(0, count),
                new ParallelOptions { MaxDegreeOfParallelism = 10, CancellationToken = token },
                async (round, _) => await act(round, lasting.Token)
            );
    }

    /// <summary>Once the server has noticed that everybody is gone, and sockets have closed.</summary>
    private async Task<(int Sockets, long Memory)> MeasureAsync(int atMost = int.MaxValue)
    {
        await Polling.UntilAsync(() => Volatile.Read(ref open) == 0, "streams stay open at the server");
        await Polling.UntilAsync(() => Sockets() <= atMost, "sockets stay open");
        server.Forget();
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        return (Sockets(), GC.GetTotalMemory(forceFullCollection: true));
    }

    private static int Sockets() =>
        OperatingSystem.IsLinux()
            ? Directory
                .EnumerateFileSystemEntries("/proc/self/fd")
                .Count(entry =>
                    new FileInfo(entry).LinkTarget is { } target
                    && target.StartsWith("socket:", StringComparison.Ordinal)
                )
            : 0;
}
