using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Web;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Tests.Fakes;

/// <summary>What the script answers instead of the server.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">Sent as it is.</param>
internal sealed record ScriptedAnswer(int Status, string Body)
{
    public string ContentType { get; init; } = "application/json";

    /// <summary>Extra header lines, each with its line end.</summary>
    public string Headers { get; init; } = "";

    /// <summary>Say nothing more, and keep the connection.</summary>
    public bool Hangs { get; init; }

    public static ScriptedAnswer Error(int code, string reason, string message, string? cause = null)
    {
        var causes = cause is null ? "" : $$""","details":{"causes":[{"reason":"{{cause}}"}]}""";
        var body =
            $$"""{"kind":"Status","apiVersion":"v1","status":"Failure","code":{{code}},"reason":"{{reason}}","message":"{{message}}"{{causes}}}""";
        return new ScriptedAnswer(code, body);
    }
}

/// <summary>
/// Serves the ConfigMaps of a <see cref="FakeApiServer"/> over a real socket, in HTTP/1.1 written by hand, so that a
/// test can cut, hang and garble what a client gets at any byte.
/// </summary>
internal sealed class SocketApiServer : IAsyncDisposable
{
    private readonly FakeApiServer _model;
    private readonly Lock _gate = new();
    private readonly HashSet<Connection> _connections = [];
    private readonly List<string> _requests = [];
    private int _eventsSent;
    private int _watchesOpened;
    private TcpListener _listener;
    private Task _accepting;
    private CancellationTokenSource _up = new();

    public SocketApiServer(FakeApiServer model)
    {
        _model = model;
        _listener = new TcpListener(IPAddress.Loopback, 0);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync(_listener, _up.Token);
    }

    public int Port { get; }

    /// <summary>Asked first, with path and query; null: the model answers.</summary>
    public Func<string, ScriptedAnswer?> Script { get; set; } = _ => null;

    /// <summary>Path and query of each request.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_gate)
            {
                return [.. _requests];
            }
        }
    }

    public IReadOnlyList<string> Lists => [.. Requests.Where(request => !IsWatch(request))];

    public IReadOnlyList<string> Watches => [.. Requests.Where(IsWatch)];

    public int OpenConnections
    {
        get
        {
            lock (_gate)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Watches whose head has been sent.</summary>
    public int OpenWatches => Streams().Count;

    /// <summary>How many watches the model has opened.</summary>
    public int WatchesOpened => Volatile.Read(ref _watchesOpened);

    /// <summary>How many events of the model went out, on all watches.</summary>
    public int EventsSent => Volatile.Read(ref _eventsSent);

    public static bool IsWatch(string request) => request.Contains("watch=true", StringComparison.Ordinal);

    public KubernetesClient Connect(TimeProvider? time = null) =>
        new(
            new KubernetesClientConfiguration { Server = new Uri($"http://127.0.0.1:{Port}"), UserAgent = "tests/1" },
            time
        );

    /// <summary>Stops listening and drops every connection, as a process that is killed does.</summary>
    public async Task StopAsync()
    {
        await _up.CancelAsync();
        _listener.Stop();
        foreach (var connection in All())
        {
            connection.Reset();
        }

        await _accepting;
        await Eventually.TrueAsync(() => OpenConnections == 0, "all connections are gone");
    }

    /// <summary>Listens again, on the same port.</summary>
    public void Restart()
    {
        _up.Dispose();
        _up = new CancellationTokenSource();
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Start();
        _accepting = AcceptAsync(_listener, _up.Token);
    }

    /// <summary>Sends bytes on all open watches, between the events of the model.</summary>
    public async Task SendAsync(string text)
    {
        foreach (var stream in Streams())
        {
            await stream.SendChunkAsync(text);
        }
    }

    /// <summary>Sends part of an event on all open watches and drops their connections.</summary>
    public async Task CutAsync(string text)
    {
        var streams = Streams();
        foreach (var stream in streams)
        {
            await stream.SendChunkAsync(text);
            // What was sent is read before the end is noticed only when the end is not a reset.
            stream.Dispose();
        }

        await Eventually.TrueAsync(() => !All().Intersect(streams).Any(), "the streams are over");
    }

    /// <summary>Ends all open watches as a server does whose time is up.</summary>
    public async Task EndAsync(string text = "")
    {
        var streams = Streams();
        foreach (var stream in streams)
        {
            await stream.SendChunkAsync(text);
            await stream.EndAsync();
            stream.Dispose();
        }

        await Eventually.TrueAsync(() => !All().Intersect(streams).Any(), "the streams are over");
    }

    /// <summary>From now on the open watches say nothing, and their connections stay.</summary>
    public void Mute()
    {
        foreach (var stream in Streams())
        {
            stream.Muted = true;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_up.IsCancellationRequested)
        {
            await StopAsync();
        }

        _up.Dispose();
    }

    private IReadOnlyList<Connection> All()
    {
        lock (_gate)
        {
            return [.. _connections];
        }
    }

    private IReadOnlyList<Connection> Streams() => [.. All().Where(connection => connection.IsStreaming)];

    private async Task AcceptAsync(TcpListener listener, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(cancellationToken);
                socket.NoDelay = true;
                var connection = new Connection(socket);
                lock (_gate)
                {
                    _connections.Add(connection);
                }

                _ = ServeAsync(connection, cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Connection connection, CancellationToken cancellationToken)
    {
        try
        {
            while (await connection.ReadRequestAsync(cancellationToken) is { } request)
            {
                lock (_gate)
                {
                    _requests.Add(request);
                }

                if (Script(request) is { } scripted)
                {
                    await connection.AnswerAsync(scripted);
                    if (scripted.Hangs)
                    {
                        await Task.Delay(Timeout.Infinite, cancellationToken);
                    }
                }
                else if (IsWatch(request))
                {
                    await WatchAsync(connection, HttpUtility.ParseQueryString(request[request.IndexOf('?')..]));
                    return;
                }
                else
                {
                    await connection.AnswerAsync(await ListAsync(request));
                }
            }
        }
        catch (Exception e)
            when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The other side, or the test, ended it.
        }
        finally
        {
            connection.Dispose();
            lock (_gate)
            {
                _connections.Remove(connection);
            }
        }
    }

    private async Task<ScriptedAnswer> ListAsync(string request)
    {
        var query = HttpUtility.ParseQueryString(request.Contains('?') ? request[request.IndexOf('?')..] : "");
        var asked = new ListRequest
        {
            Continue = query["continue"],
            Limit = query["limit"] is { } limit ? int.Parse(limit, CultureInfo.InvariantCulture) : null,
        };
        try
        {
            var page = await _model.ListPageAsync<ConfigMap>(asked, CancellationToken.None);
            return new ScriptedAnswer(200, ListJson(page));
        }
        catch (KubernetesApiException e)
        {
            return ScriptedAnswer.Error(e.StatusCode ?? 500, ReasonOf(e), e.Message);
        }
    }

    public static string ListJson(KubernetesList<ConfigMap> page)
    {
        var items = page.Items.Select(item => Encoding.UTF8.GetString(item.ToUtf8Json()));
        var token = page.Continue is null ? "" : $",\"continue\":\"{page.Continue}\"";
        return $$"""{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"{{page.ResourceVersion}}"{{token}}},"items":[{{string.Join(',', items)}}]}""";
    }

    private async Task WatchAsync(Connection connection, System.Collections.Specialized.NameValueCollection query)
    {
        var asked = new WatchRequest
        {
            ResourceVersion = query["resourceVersion"] ?? "",
            SendInitialEvents = query["sendInitialEvents"] == "true",
        };
        using var closed = CancellationTokenSource.CreateLinkedTokenSource(_up.Token);
        var watching = connection.WaitForCloseAsync(closed);
        try
        {
            var events = await _model.OpenWatchAsync<ConfigMap>(asked, closed.Token);
            Interlocked.Increment(ref _watchesOpened);
            await connection.StartAsync();
            await foreach (var change in events)
            {
                await connection.SendChunkAsync(EventJson(change) + "\n");
                Interlocked.Increment(ref _eventsSent);
            }

            await connection.EndAsync();
        }
        catch (KubernetesApiException e) when (!connection.IsStreaming)
        {
            await connection.AnswerAsync(ScriptedAnswer.Error(e.StatusCode ?? 500, ReasonOf(e), e.Message));
        }
        catch (KubernetesApiException e)
        {
            var status = ScriptedAnswer.Error(e.StatusCode ?? 500, ReasonOf(e), e.Message).Body;
            await connection.SendChunkAsync($$"""{"type":"ERROR","object":{{status}}}""" + "\n");
            await connection.EndAsync();
        }
        finally
        {
            await closed.CancelAsync();
            await watching;
        }
    }

    private static string ReasonOf(KubernetesApiException e) => e.Kind.ToString();

    private static string EventJson(WatchEvent<ConfigMap> change)
    {
        if (change.Object is not null)
        {
            var value = JsonNode.Parse(change.Object.ToUtf8Json())!;
            value["metadata"]!["resourceVersion"] = change.ResourceVersion;
            return $$"""{"type":"{{change.Type.ToString().ToUpperInvariant()}}","object":{{value.ToJsonString()}}}""";
        }

        var end = change.InitialEventsEnd ? ""","annotations":{"k8s.io/initial-events-end":"true"}""" : "";
        return $$"""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"{{change.ResourceVersion}}"{{end}} } } }""";
    }

    private sealed class Connection(Socket socket) : IDisposable
    {
        private readonly NetworkStream _stream = new(socket, ownsSocket: true);
        private readonly SemaphoreSlim _writing = new(1);
        private readonly byte[] _buffer = new byte[16 * 1024];
        private volatile bool _streaming;

        public bool IsStreaming => _streaming;

        public bool Muted { get; set; }

        /// <summary>Path and query; null when the other side is gone.</summary>
        public async Task<string?> ReadRequestAsync(CancellationToken cancellationToken)
        {
            var text = new StringBuilder();
            while (!text.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
            {
                var read = await _stream.ReadAsync(_buffer, cancellationToken);
                if (read == 0)
                {
                    return null;
                }

                text.Append(Encoding.ASCII.GetString(_buffer, 0, read));
            }

            return text.ToString().Split(' ')[1];
        }

        public async Task AnswerAsync(ScriptedAnswer answer)
        {
            var body = Encoding.UTF8.GetBytes(answer.Body);
            var length = answer.Hangs ? body.Length + 1 : body.Length;
            var head =
                $"HTTP/1.1 {answer.Status} X\r\nContent-Type: {answer.ContentType}\r\n{answer.Headers}Content-Length: {length}\r\n\r\n";
            await _stream.WriteAsync(Encoding.ASCII.GetBytes(head));
            await _stream.WriteAsync(body);
        }

        public async Task SendChunkAsync(string text)
        {
            await StartAsync();
            if (Muted || text.Length == 0)
            {
                return;
            }

            var bytes = Encoding.UTF8.GetBytes(text);
            await WriteAsync([.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, (byte)'\r', (byte)'\n']);
        }

        public async Task EndAsync()
        {
            await StartAsync();
            if (!Muted)
            {
                await WriteAsync("0\r\n\r\n"u8.ToArray());
            }
        }

        /// <summary>Sends the head of a stream, once.</summary>
        public async Task StartAsync()
        {
            if (!_streaming)
            {
                await WriteAsync(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray()
                );
                _streaming = true;
            }
        }

        /// <summary>A client that watches sends nothing more: what can be read is the end.</summary>
        public async Task WaitForCloseAsync(CancellationTokenSource closed)
        {
            try
            {
                if (await _stream.ReadAsync(_buffer, closed.Token) == 0)
                {
                    await closed.CancelAsync();
                }
            }
            catch (OperationCanceledException)
            {
                // The stream ended otherwise.
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or SocketException)
            {
                await closed.CancelAsync();
            }
        }

        public void Reset()
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (Exception e) when (e is ObjectDisposedException or SocketException)
            {
                // It is closed already.
            }

            Dispose();
        }

        public void Dispose() => _stream.Dispose();

        private async Task WriteAsync(byte[] bytes)
        {
            await _writing.WaitAsync();
            try
            {
                await _stream.WriteAsync(bytes);
            }
            finally
            {
                _writing.Release();
            }
        }
    }
}
