using System.Net;
using System.Net.Sockets;
using Binnacle.Quickstart.Clusters;

namespace Binnacle.Quickstart.Running;

/// <summary>The operator as a process outside of the cluster.</summary>
internal sealed class OperatorProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess child;

    private OperatorProcess(ChildProcess child, string logFile, IPEndPoint address) =>
        (this.child, LogFile, Address) = (child, logFile, address);

    public string LogFile { get; }

    /// <summary>Where it answers <c>/livez</c>, <c>/readyz</c> and <c>/metrics</c>.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Completes when the operator has ended.</summary>
    public Task Exited => child.Exited;

    /// <summary>In words, why there is no operator any more; null while there is one.</summary>
    public string? Ended => child.Exited.IsCompleted ? $"The operator ended with exit code {child.ExitCode}." : null;

    /// <summary>Starts it and returns once it says that it is ready.</summary>
    /// <exception cref="QuickstartException">It ended, or was not ready in time.</exception>
    public static async Task<OperatorProcess> StartAsync(
        string assembly,
        RunCluster cluster,
        string reach,
        string logFile,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        string[] which = cluster.Kubeconfig is { } path ? ["--kubeconfig", path] : [];
        string[] listen = ["--listen", $"{address}", "--metrics-listen", $"{address}"];
        string[] arguments = [assembly, .. which, "--reach", reach, .. listen];
        var dotnet =
            Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";
        var process = await ChildProcess.StartAsync(dotnet, arguments, logFile);
        var started = new OperatorProcess(process, logFile, address);
        try
        {
            await started.WaitUntilReadyAsync(time, cancellation);
            return started;
        }
        catch
        {
            await started.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => child.DisposeAsync();

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task WaitUntilReadyAsync(TimeProvider time, CancellationToken cancellation)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        var url = new Uri($"http://{Address}/readyz");
        await Polling.UntilAsync(
            token => Ended is { } ended ? throw new QuickstartException(ended) : AskAsync(http, url, token),
            ReadyPatience,
            Period,
            () => $"The operator is not ready: {url} does not answer 200",
            time,
            cancellation
        );
    }

    private static async Task<string?> AskAsync(HttpClient http, Uri url, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync(url, cancellation);
            return answer.IsSuccessStatusCode ? "ready" : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
