using System.Diagnostics;

namespace Chaos.Running;

/// <summary>The operator as a process, which is killed and started again, and must never end by itself.</summary>
internal sealed class OperatorRun(string kubeconfig, string log) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Process? _process;

    /// <summary>How often it ended without having been killed.</summary>
    public int Crashes { get; private set; }

    /// <summary>Starts it; whether it is ready is seen by what it does.</summary>
    public void Start()
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var argument in (string[])
                [
                    Path.Combine(AppContext.BaseDirectory, "Binnacle.Operator.dll"),
                    "--kubeconfig",
                    kubeconfig,
                    "--reach",
                    "ApiProxy",
                    "--listen",
                    "127.0.0.1:0",
                    "--metrics-listen",
                    "0",
                ]
        )
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("the operator did not start");
        process.OutputDataReceived += (_, line) => Write(line.Data);
        process.ErrorDataReceived += (_, line) => Write(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) =>
        {
            lock (_gate)
            {
                if (ReferenceEquals(_process, process))
                {
                    Crashes++;
                    _process = null;
                }
            }
        };
        lock (_gate)
        {
            _process = process;
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Starts it unless it runs: as a kubelet does after a crash.</summary>
    public void Ensure()
    {
        bool runs;
        lock (_gate)
        {
            runs = _process is { HasExited: false };
        }

        if (!runs)
        {
            Start();
        }
    }

    /// <summary>Ends it without a word.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        Process? process;
        lock (_gate)
        {
            (process, _process) = (_process, null);
        }

        if (process is not null)
        {
            process.Kill();
            await process.WaitForExitAsync(cancellation);
            process.Dispose();
            Write("--- killed");
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await KillAsync(CancellationToken.None);

    private void Write(string? line)
    {
        if (line is not null)
        {
            lock (_gate)
            {
                File.AppendAllText(log, line + "\n");
            }
        }
    }
}
