using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LocalCluster.Tests.Node;

/// <summary>Answers probes: <c>/ready</c> and <c>/live</c> as a test wishes.</summary>
internal sealed class ProbeTarget : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly Task serving;

    public ProbeTarget()
    {
        listener.Start();
        serving = Task.Run(ServeAsync);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public bool Ready { get; set; }

    public bool Live { get; set; } = true;

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                using var client = await listener.AcceptTcpClientAsync();
                await using var stream = client.GetStream();
                var buffer = new byte[4096];
                var count = await stream.ReadAsync(buffer);
                var request = Encoding.ASCII.GetString(buffer, 0, count);
                var well = request.StartsWith("GET /ready ", StringComparison.Ordinal) ? Ready : Live;
                var status = well ? "200 OK" : "503 Service Unavailable";
                await stream.WriteAsync(
                    Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                );
            }
            catch (IOException) { }
            catch (Exception exception) when (exception is SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }
}
