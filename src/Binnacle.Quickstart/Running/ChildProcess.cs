using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Binnacle.Quickstart.Running;

/// <summary>
/// A program whose output goes to a file. It is in a session of its own, so that Ctrl-C reaches it only through us, and
/// where setpriv is there, it ends with us whatever way we end.
/// </summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private readonly StreamWriter log;
    private readonly Lock gate = new();
    private readonly TaskCompletionSource exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process, StreamWriter log) => (this.process, this.log) = (process, log);

    public int Id => process.Id;

    /// <summary>Completes when the program has ended.</summary>
    public Task Exited => exited.Task;

    public int ExitCode => process.ExitCode;

    /// <summary>Starts a program; what it writes is appended to <paramref name="logFile"/>.</summary>
    /// <exception cref="QuickstartException">It cannot be started.</exception>
    public static Task<ChildProcess> StartAsync(string program, IReadOnlyList<string> arguments, string logFile)
    {
        string[] command = [.. Detach(), program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var result = new TaskCompletionSource<ChildProcess>(TaskCreationOptions.RunContinuationsAsynchronously);
        // The kernel's parent-death signal is tied to the thread that starts the child: that thread has to outlive it.
        new Thread(() => Run(start, logFile, result)) { IsBackground = true, Name = "child process" }.Start();
        return result.Task;
    }

    /// <summary>Asks the program to end, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted)
        {
            _ = Kill(process.Id, SigTerm);
            await Task.WhenAny(Exited, Task.Delay(StopPatience));
            if (!Exited.IsCompleted)
            {
                process.Kill(entireProcessTree: true);
                await Exited;
            }
        }

        process.Dispose();
        lock (gate)
        {
            log.Dispose();
        }
    }

    private static void Run(ProcessStartInfo start, string logFile, TaskCompletionSource<ChildProcess> result)
    {
        StreamWriter? output = null;
        ChildProcess child;
        try
        {
            output = new StreamWriter(logFile, append: true) { AutoFlush = true };
            var program = new Process { StartInfo = start };
            child = new ChildProcess(program, output);
            program.OutputDataReceived += child.Write;
            program.ErrorDataReceived += child.Write;
            program.Start();
            program.StandardInput.Close();
            program.BeginOutputReadLine();
            program.BeginErrorReadLine();
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            output?.Dispose();
            result.SetException(new QuickstartException($"{start.FileName} cannot be started: {e.Message}", e));
            return;
        }

        result.SetResult(child);
        child.process.WaitForExit();
        child.exited.SetResult();
    }

    /// <summary>The words before a command that cut it loose from our terminal and tie it to our life.</summary>
    private static IEnumerable<string> Detach()
    {
        if (Find("setsid") is { } setsid)
        {
            yield return setsid;
        }

        if (Find("setpriv") is { } setpriv)
        {
            yield return setpriv;
            yield return "--pdeathsig";
            yield return "TERM";
        }
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);

    private void Write(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (gate)
            {
                log.WriteLine(line.Data);
            }
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
