using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Client;

/// <summary>Runs a credential plugin once.</summary>
/// <param name="plugin">What to run.</param>
/// <param name="configuration">The cluster that it is told about.</param>
/// <param name="hasTerminal">Whether there is somebody to ask.</param>
/// <param name="time">The clock of the timeout.</param>
/// <param name="logger">Takes what the plugin writes to its standard error.</param>
internal sealed class ExecRunner(
    ExecCredentialPlugin plugin,
    KubernetesClientConfiguration configuration,
    Func<bool> hasTerminal,
    TimeProvider time,
    ILogger logger
)
{
    private const int MaxOutput = 1024 * 1024;
    private static readonly TimeSpan InteractiveTimeout = TimeSpan.FromMinutes(5);

    /// <summary>How long its standard error is read after it has ended.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    /// <summary>What it gave.</summary>
    /// <exception cref="KubernetesApiException">Unauthorized: it gave nothing; or it took too long.</exception>
    public async Task<ExecCredential> RunAsync(CancellationToken cancellationToken)
    {
        var interactive = plugin.InteractiveMode != ExecInteractiveMode.Never && hasTerminal();
        if (plugin.InteractiveMode == ExecInteractiveMode.Always && !interactive)
        {
            throw Failed("needs a terminal (interactiveMode: Always), and there is none");
        }
        using var process = Start(interactive);
        var limit = interactive && plugin.Timeout < InteractiveTimeout ? InteractiveTimeout : plugin.Timeout;
        using var deadline = new Deadline(time, limit, cancellationToken);
        using var listening = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token);
        try
        {
            if (!interactive)
            {
                process.StandardInput.Close();
            }
            var errors = interactive ? Task.CompletedTask : PassErrorsAsync(process, listening.Token);
            var output = await ReadAsync(process.StandardOutput.BaseStream, deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            await HearOutAsync(errors, deadline.Token);
            return process.ExitCode == 0
                ? ExecCredential.Parse(output, plugin.ApiVersion, $"credential plugin {plugin}")
                : throw Failed($"failed with exit code {process.ExitCode}; what it says is in the log");
        }
        catch (InvalidDataException e)
        {
            throw Failed($"gave no credentials: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new KubernetesApiException(
                KubernetesErrorKind.Timeout,
                $"credential plugin {plugin}: not done within {limit.TotalSeconds:0.#} s",
                innerException: e
            );
        }
        finally
        {
            listening.Cancel();
            End(process);
        }
    }

    /// <summary>What the plugin left running, such as an agent that keeps a login, may hold its standard error for ever.</summary>
    private async Task HearOutAsync(Task errors, CancellationToken cancellationToken)
    {
        try
        {
            await errors.WaitAsync(LastWords, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // All that the plugin itself said was there by then.
        }
    }

    private Process Start(bool interactive)
    {
        var path = ExecutableFinder.Find(plugin.Command) ?? throw Missing("is not there, or may not be run");
        var start = new ProcessStartInfo(path)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            // A person sees the questions, and types the answers.
            RedirectStandardError = !interactive,
            RedirectStandardInput = !interactive,
        };
        foreach (var argument in plugin.Args)
        {
            start.ArgumentList.Add(argument);
        }
        foreach (var (name, value) in plugin.Env)
        {
            start.Environment[name] = value;
        }
        try
        {
            start.Environment[ExecInfo.Variable] = ExecInfo.Write(plugin, configuration, interactive);
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or IOException)
        {
            throw Missing($"cannot be run: {e.Message}", e);
        }
    }

    private async Task PassErrorsAsync(Process process, CancellationToken cancellationToken)
    {
        using var said = process.StandardError;
        while (await said.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                logger.LogWarning("Credential plugin {Plugin}: {Line}", plugin, line);
            }
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var output = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            output.Write(buffer, 0, read);
            if (output.Length > MaxOutput)
            {
                throw new InvalidDataException($"it printed more than {MaxOutput} bytes");
            }
        }
        return output.GetBuffer().AsMemory(0, (int)output.Length);
    }

    private void End(Process process)
    {
        try
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
        catch (Exception e)
            when (e is InvalidOperationException or System.ComponentModel.Win32Exception or AggregateException)
        {
            logger.LogWarning("Credential plugin {Plugin} cannot be ended: {Error}", plugin, e.Message);
        }
    }

    private KubernetesApiException Missing(string what, Exception? inner = null) =>
        Failed(plugin.InstallHint is { } hint ? $"{what}. To install it: {hint}" : what, inner);

    private KubernetesApiException Failed(string what, Exception? inner = null) =>
        new(KubernetesErrorKind.Unauthorized, $"credential plugin {plugin} {what}", innerException: inner);
}

/// <summary>Whether there is a person at this process.</summary>
internal static class ExecTerminal
{
    public static bool IsThere() => !Console.IsInputRedirected && !Console.IsErrorRedirected;
}
