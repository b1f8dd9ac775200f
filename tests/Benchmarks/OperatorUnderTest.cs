using System.Diagnostics;
using System.Globalization;

namespace Binnacle.Benchmarks;

/// <summary>The operator as a process of its own, and what it costs.</summary>
internal sealed class OperatorUnderTest : IDisposable
{
    private const double TicksPerSecond = 100;

    private readonly Process _process;

    private OperatorUnderTest(Process process) => _process = process;

    /// <summary>Starts it against a cluster; its log goes to a file.</summary>
    public static OperatorUnderTest Start(string kubeconfig, string logFile)
    {
        var log = new StreamWriter(logFile) { AutoFlush = true };
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                Program(),
                "--kubeconfig",
                kubeconfig,
                "--listen",
                "127.0.0.1:0",
                "--metrics-listen",
                "127.0.0.1:0",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // As the image sets it.
        start.Environment["DOTNET_GCgen0size"] = "0x400000";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new OperatorUnderTest(process);
    }

    /// <summary>The program as the image has it, which `make bench` publishes; else the one built beside this one.</summary>
    private static string Program() =>
        Environment.GetEnvironmentVariable("BINNACLE_OPERATOR") is { Length: > 0 } published
            ? published
            : Path.Join(AppContext.BaseDirectory, "Binnacle.Operator.dll");

    /// <summary>User and system time since the start, in seconds, from /proc.</summary>
    public double CpuSeconds
    {
        get
        {
            var stat = File.ReadAllText($"/proc/{_process.Id}/stat");
            // The second field is the program's name in brackets and may hold spaces.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return (
                    long.Parse(fields[11], CultureInfo.InvariantCulture)
                    + long.Parse(fields[12], CultureInfo.InvariantCulture)
                ) / TicksPerSecond;
        }
    }

    /// <summary>Resident memory in MiB.</summary>
    public double ResidentMebibytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status")
                .First(text => text.StartsWith("VmRSS", StringComparison.Ordinal));
            return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
                / 1024;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit(5000);
        _process.Dispose();
    }
}
