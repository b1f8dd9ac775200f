using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Kubernetes.Client.Tests.Support;

/// <summary>A proxy on loopback: agrees with the client on where to go, and then passes bytes both ways.</summary>
internal abstract class RelayServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopped = new();
    private readonly ConcurrentBag<Task> connections = [];
    private readonly ConcurrentQueue<string> targets = new();
    private Task accepting = Task.CompletedTask;

    /// <summary>Where clients asked to be connected to, as they wrote it.</summary>
    public IReadOnlyList<string> Targets => [.. targets];

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public void Start()
    {
        listener.Start();
        accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        listener.Dispose();
        await Task.WhenAll([accepting, .. connections]).WaitAsync(TimeSpan.FromSeconds(20));
        stopped.Dispose();
    }

    /// <summary>Encrypts the connection to the client where this proxy does.</summary>
    protected virtual Task<Stream> SecureAsync(Stream client, CancellationToken cancellationToken) =>
        Task.FromResult(client);

    /// <summary>Reads where the client wants to go; null when it was turned away.</summary>
    protected abstract Task<(string Host, int Port)?> AgreeAsync(Stream client, CancellationToken cancellationToken);

    /// <summary>Tells the client that its bytes go through from here.</summary>
    protected abstract Task ConfirmAsync(Stream client, CancellationToken cancellationToken);

    protected static async Task<byte[]> ReadAsync(Stream stream, int count, CancellationToken cancellationToken)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                connections.Add(ServeAsync(await listener.AcceptTcpClientAsync(stopped.Token)));
            }
        }
        catch (Exception e)
            when (e is OperationCanceledException or ObjectDisposedException or SocketException
                // Stopped between two connections.
                || (e is InvalidOperationException && stopped.IsCancellationRequested)
            )
        {
            // The end.
        }
    }

    private async Task ServeAsync(TcpClient accepted)
    {
        try
        {
            using (accepted)
            {
                await using var client = await SecureAsync(accepted.GetStream(), stopped.Token);
                if (await AgreeAsync(client, stopped.Token) is not { } target)
                {
                    return;
                }
                targets.Enqueue($"{target.Host}:{target.Port}");
                using var server = new TcpClient();
                // Whatever the name: the test's server is on loopback, and nobody else can resolve it.
                await server.ConnectAsync(IPAddress.Loopback, target.Port, stopped.Token);
                await ConfirmAsync(client, stopped.Token);
                var stream = server.GetStream();
                await Task.WhenAny(
                    client.CopyToAsync(stream, stopped.Token),
                    stream.CopyToAsync(client, stopped.Token)
                );
            }
        }
        catch (Exception e)
            when (e is IOException or SocketException or OperationCanceledException or AuthenticationException)
        {
            // One side went away.
        }
    }
}
