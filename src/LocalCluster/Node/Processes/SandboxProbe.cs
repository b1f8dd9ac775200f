using System.Diagnostics;

namespace LocalCluster.Node.Processes;

/// <summary>Finds out, by doing it, which kind of sandbox this machine allows.</summary>
internal static class SandboxProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The sandbox that works, root's own before a user namespace; null and the reason when none does.</summary>
    public static async Task<(Sandbox? Sandbox, string? Reason)> FindAsync(
        string workDirectory,
        string? setpriv,
        CancellationToken cancellationToken
    )
    {
        var reason = "";
        foreach (var userNamespace in (bool[])[false, true])
        {
            var sandbox = new Sandbox(userNamespace, setpriv);
            var directory = Directory.CreateDirectory(Path.Join(workDirectory, "probe")).FullName;
            try
            {
                if (await TryAsync(sandbox, directory, cancellationToken) is not { } failure)
                {
                    return (sandbox, null);
                }

                reason = failure;
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }

        return (null, reason);
    }

    /// <summary>Whether setpriv is there and knows the parent-death signal.</summary>
    public static async Task<string?> FindSetprivAsync(CancellationToken cancellationToken)
    {
        var path = new Programs.ProgramLocator([], Environment.GetEnvironmentVariable("PATH")).Find(["setpriv"]);
        if (path is null)
        {
            return null;
        }

        var (code, _, _) = await RunAsync(
            new ProcessStartInfo(path, ["--pdeathsig", "KILL", "--no-new-privs", "--", "true"]),
            cancellationToken
        );
        return code == 0 ? path : null;
    }

    /// <summary>Shows a file at a path that no machine has; null when a program in the sandbox reads it there.</summary>
    internal static async Task<string?> TryAsync(Sandbox sandbox, string directory, CancellationToken cancellationToken)
    {
        var source = Directory.CreateDirectory(Path.Join(directory, "source")).FullName;
        await File.WriteAllTextAsync(Path.Join(source, "word"), "seen", cancellationToken);
        var command = sandbox.Wrap(
            new ProgramCommand("/bin/cat", ["/.probe/folder/word"], new Dictionary<string, string>(), "/"),
            [new SandboxMount(source, "/.probe/folder", ReadOnly: true)],
            directory
        );
        var (code, output, errors) = await RunAsync(
            new ProcessStartInfo(command.Program, command.Arguments),
            cancellationToken
        );
        return code == 0 && output == "seen" ? null : errors.Trim();
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(
        ProcessStartInfo start,
        CancellationToken cancellationToken
    )
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using var process = Process.Start(start)!;
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            timeout.CancelAfter(Patience);
            try
            {
                var output = process.StandardOutput.ReadToEndAsync(timeout.Token);
                var errors = process.StandardError.ReadToEndAsync(timeout.Token);
                await process.WaitForExitAsync(timeout.Token);
                return (process.ExitCode, await output, await errors);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                cancellationToken.ThrowIfCancellationRequested();
                return (-1, "", "no answer");
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (-1, "", exception.Message);
        }
    }
}
