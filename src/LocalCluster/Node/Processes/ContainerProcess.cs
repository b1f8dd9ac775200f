using System.Diagnostics;
using LocalCluster.Node.Logs;

namespace LocalCluster.Node.Processes;

/// <summary>
/// One running program in a process group of its own. Its output goes to a log file, its id to a file that the next
/// node finds if this one is killed.
/// </summary>
internal sealed class ContainerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly string identityFile;
    private readonly Task<int> exit;

    private ContainerProcess(Process process, string identityFile, LogFile log)
    {
        this.process = process;
        this.identityFile = identityFile;
        exit = WatchAsync(log);
    }

    /// <summary>Completes with the exit code, 128 + signal for a program that was killed, once all of it is gone.</summary>
    public Task<int> Exit => exit;

    /// <summary>The process's id, which is its group's id too.</summary>
    public int Id => process.Id;

    /// <summary>Starts a command in a new session, so that a terminal's Ctrl-C reaches the node only.</summary>
    public static async Task<ContainerProcess> StartAsync(
        ProcessLauncher launcher,
        ProgramCommand command,
        string identityFile,
        LogFile log
    )
    {
        var start = new ProcessStartInfo
        {
            FileName = "setsid",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = command.WorkingDirectory,
        };
        foreach (var argument in command.Arguments.Prepend(command.Program))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        var started = await launcher.StartAsync(start);
        started.StandardInput.Close();
        if (ProcessIdentity.Of(started.Id) is { } identity)
        {
            await File.WriteAllTextAsync(identityFile, identity.ToString());
        }

        return new ContainerProcess(started, identityFile, log);
    }

    /// <summary>Asks the program to end, and kills it with all its children when <paramref name="kill"/> fires before it has.</summary>
    public async Task StopAsync(CancellationToken kill)
    {
        NativeMethods.Signal(process.Id, NativeMethods.SigTerm);
        try
        {
            await exit.WaitAsync(kill);
        }
        catch (OperationCanceledException)
        {
            NativeMethods.Signal(-process.Id, NativeMethods.SigKill);
            await exit;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!exit.IsCompleted)
        {
            NativeMethods.Signal(-process.Id, NativeMethods.SigKill);
        }

        await exit;
        process.Dispose();
    }

    private async Task<int> WatchAsync(LogFile log)
    {
        var output = log.CopyAsync(process.StandardOutput.BaseStream, "stdout");
        var errors = log.CopyAsync(process.StandardError.BaseStream, "stderr");
        await process.WaitForExitAsync(CancellationToken.None);
        // Children that outlive the program would hold the pipes open, and its ports.
        NativeMethods.Signal(-process.Id, NativeMethods.SigKill);
        await Task.WhenAll(output, errors);
        File.Delete(identityFile);
        return process.ExitCode;
    }
}

/// <summary>What is to be executed, as the operating system sees it.</summary>
internal sealed record ProgramCommand(
    string Program,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDirectory
);
