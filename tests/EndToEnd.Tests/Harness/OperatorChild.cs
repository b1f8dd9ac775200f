using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EndToEnd.Tests.Harness;

/// <summary>The real operator as a process of its own, as it would run in its pod.</summary>
internal sealed class OperatorChild : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly ConcurrentQueue<string> _log = new();
    private readonly string _kubeconfig;
    private readonly string[] _arguments;
    private readonly int _port = FreePort();
    private Process? _process;

    /// <summary>Prepares it; <see cref="StartAsync"/> starts it.</summary>
    public OperatorChild(string kubeconfig, params string[] arguments) =>
        (_kubeconfig, _arguments) = (kubeconfig, arguments);

    /// <summary>What it has printed since the first start.</summary>
    public IReadOnlyList<string> Log => [.. _log];

    /// <summary>Starts it and returns when it says that it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath ?? "dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (Path.GetFileNameWithoutExtension(start.FileName) != "dotnet")
        {
            start.FileName = "dotnet";
        }

        foreach (
            var argument in (string[])
                [
                    Path.Combine(AppContext.BaseDirectory, "Binnacle.Operator.dll"),
                    "--kubeconfig",
                    _kubeconfig,
                    "--listen",
                    $"127.0.0.1:{_port}",
                    "--metrics-listen",
                    $"127.0.0.1:{_port}",
                    .. _arguments,
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        _log.Enqueue("--- operator starts");
        _process = Process.Start(start) ?? throw new InvalidOperationException("the operator did not start");
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}/") };
        await Eventually.ShouldAsync(
            async token =>
            {
                using var answer = await http.GetAsync("readyz", token);
                return answer.StatusCode;
            },
            status => status.ShouldBe(HttpStatusCode.OK, "the operator is not ready"),
            status => $"/readyz: {status}\n{string.Join('\n', _log.TakeLast(30))}",
            StartTimeout
        );
    }

    /// <summary>All series of one metric that it serves, summed; fails where there is none.</summary>
    public async Task<double> MetricAsync(string name, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}/") };
        var values = (await http.GetStringAsync("metrics", cancellation))
            .Split('\n')
            .Where(line =>
                line.StartsWith($"{name}{{", StringComparison.Ordinal)
                || line.StartsWith($"{name} ", StringComparison.Ordinal)
            )
            .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))
            .ToList();
        values.ShouldNotBeEmpty($"the operator serves no metric {name}");
        return values.Sum();
    }

    /// <summary>Ends it without a word, as the kernel does when memory is short.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync(cancellation);
            process.Dispose();
            _process = null;
            _log.Enqueue("--- operator was killed");
        }
    }

    /// <summary>Asks it to end, as the kubelet does, and returns its exit code.</summary>
    public async Task<int> StopAsync(CancellationToken cancellation)
    {
        var process = _process ?? throw new InvalidOperationException("the operator does not run");
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
        {
            await kill.WaitForExitAsync(cancellation);
        }

        return await EndAsync(StopTimeout, cancellation);
    }

    /// <summary>Waits until it ends by itself, and returns its exit code.</summary>
    public async Task<int> EndAsync(TimeSpan within, CancellationToken cancellation)
    {
        var process = _process ?? throw new InvalidOperationException("the operator does not run");
        await process.WaitForExitAsync(cancellation).WaitAsync(within, cancellation);
        var code = process.ExitCode;
        process.Dispose();
        _process = null;
        _log.Enqueue($"--- operator ended with {code}");
        return code;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await KillAsync(CancellationToken.None);

    private void Keep(string? line)
    {
        if (line is not null)
        {
            _log.Enqueue(line);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
