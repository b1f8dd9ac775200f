using System.Diagnostics;
using LocalCluster;
using Microsoft.Extensions.Logging.Abstractions;
using Testing;

namespace Chaos.Clusters;

/// <summary>
/// A LocalCluster of which the API server is a process of its own, that can be killed, and controllers and node run here:
/// pods outlive the server.
/// </summary>
internal sealed class LocalChaosCluster : IChaosCluster
{
    private static readonly string[] Programs = ["prometheus", "alertmanager", "blackbox_exporter"];
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);

    private readonly string _folder;
    private readonly List<IAsyncDisposable> _parts = [];

    // Named, and far from those that clusters choose by themselves: while the server is dead, another cluster of this
    // machine may take what it had.
    private readonly int _range = Random.Shared.Next(75, 124) * 2;
    private Process? _server;
    private string _services = "";
    private string _pods = "";
    private Uri? _url;

    private LocalChaosCluster(string folder) => _folder = folder;

    /// <inheritdoc />
    public string Name => "LocalCluster";

    /// <inheritdoc />
    public string Kubeconfig => Path.Combine(_folder, "admin.kubeconfig");

    /// <summary>Starts it in a folder.</summary>
    public static async Task<LocalChaosCluster> StartAsync(string folder, CancellationToken cancellation)
    {
        var programs = Programs
            .Select(program =>
                Path.GetDirectoryName(
                    Tools.Find(program)
                        ?? throw new InvalidOperationException($"{program} is not on this machine: run 'make tools'")
                )!
            )
            .Distinct();
        var cluster = new LocalChaosCluster(folder);
        try
        {
            await cluster.StartApiServerAsync(cancellation);
            var context = new LocalClusterContext
            {
                Url = cluster._url!,
                KubeconfigPath = cluster.Kubeconfig,
                DataDirectory = Path.Combine(folder, "parts"),
                ServiceCidr = cluster._services,
                PodCidr = cluster._pods,
                PodLogs = new PodLogSources(),
                LoggerFactory = NullLoggerFactory.Instance,
                Clock = TimeProvider.System,
            };
            foreach (var part in new ILocalClusterPart[] { new ControllersPart(), new NodePart([.. programs]) })
            {
                cluster._parts.Add(await part.StartAsync(context, cancellation));
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async Task KillApiServerAsync(CancellationToken cancellation)
    {
        if (_server is { } server)
        {
            server.Kill();
            await server.WaitForExitAsync(cancellation);
            server.Dispose();
            _server = null;
        }
    }

    /// <inheritdoc />
    public async Task StartApiServerAsync(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(StartTimeout);
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var argument in (string[])
                [
                    Path.Combine(AppContext.BaseDirectory, "LocalCluster.dll"),
                    "--no-node",
                    "--no-controllers",
                    "--data-dir",
                    Path.Combine(_folder, "server"),
                    "--kubeconfig",
                    Kubeconfig,
                    "--pod-cidr",
                    $"127.{_range}.0.0/16",
                    "--service-cidr",
                    $"127.{_range + 1}.0.0/16",
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        _server = Process.Start(start) ?? throw new InvalidOperationException("the API server did not start");
        var log = Path.Combine(_folder, "server.log");
        _server.ErrorDataReceived += (_, line) => File.AppendAllText(log, $"{line.Data}\n");
        _server.BeginErrorReadLine();
        string line;
        do
        {
            line =
                await _server.StandardOutput.ReadLineAsync(deadline.Token)
                ?? throw new InvalidOperationException($"the API server ended at its start, see {log}");
            Read(line);
        } while (!line.StartsWith("export ", StringComparison.Ordinal));

        _ = _server.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync();
        }

        await KillApiServerAsync(CancellationToken.None);
    }

    private void Read(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["API", "server:", var url]:
                _url = new Uri(url);
                break;
            case ["Services:", var services, "Pods:", var pods]:
                (_services, _pods) = (services, pods);
                break;
        }
    }
}
