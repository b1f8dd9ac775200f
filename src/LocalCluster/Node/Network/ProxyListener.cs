using System.Net;
using System.Net.Sockets;

namespace LocalCluster.Node.Network;

/// <summary>One listening socket whose connections are forwarded to one of several targets in turn.</summary>
internal sealed class ProxyListener : IAsyncDisposable
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly Socket socket;
    private readonly Func<IReadOnlyList<IPEndPoint>> targets;
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private uint turn;

    /// <summary>Starts to listen.</summary>
    /// <exception cref="SocketException">The address cannot be listened on.</exception>
    public ProxyListener(IPEndPoint endpoint, Func<IReadOnlyList<IPEndPoint>> targets)
    {
        this.targets = targets;
        socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            socket.Listen(128);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Nobody can connect from the moment of the call; the task ends when the last connection was accepted.</summary>
    public async ValueTask DisposeAsync()
    {
        // Before anything is awaited: whoever connected in between would be accepted by the system, and then reset.
        socket.Dispose();
        await stop.CancelAsync();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var client = await socket.AcceptAsync(stop.Token);
                _ = ForwardAsync(client);
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // One connection that broke off while it was accepted.
            }
        }
    }

    private async Task ForwardAsync(Socket client)
    {
        using var _ = client;
        try
        {
            using var server = await ConnectAsync();
            if (server is null)
            {
                // No endpoint: as a cluster without one does, refuse. A reset is the nearest that is left.
                client.LingerState = new LingerOption(true, 0);
                return;
            }

            client.NoDelay = server.NoDelay = true;
            await Task.WhenAll(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception exception)
            when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Either side has gone away; the other sees its connection closed.
        }
    }

    /// <summary>Connects to the next target that answers; null when none does.</summary>
    private async Task<Socket?> ConnectAsync()
    {
        var all = targets();
        var start = Interlocked.Increment(ref turn);
        for (var i = 0; i < all.Count; i++)
        {
            var target = all[(int)((start + i) % all.Count)];
            var server = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            timeout.CancelAfter(ConnectTimeout);
            try
            {
                await server.ConnectAsync(target, timeout.Token);
                return server;
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                server.Dispose();
                stop.Token.ThrowIfCancellationRequested();
            }
        }

        return null;
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, stop.Token) is var count and > 0)
            {
                for (var sent = 0; sent < count; )
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), stop.Token);
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            // A broken direction ends the other one too.
            from.Close();
            to.Close();
            throw;
        }
    }
}
