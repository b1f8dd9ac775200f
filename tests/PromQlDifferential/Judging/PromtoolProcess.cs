using System.Diagnostics;

namespace PromQlDifferential.Judging;

/// <summary>Runs promtool once.</summary>
internal static class PromtoolProcess
{
    /// <summary>Its exit code and all that it printed; ended by force when it takes longer than the limit.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string path,
        IEnumerable<string> arguments,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(limit);
        using var process = Process.Start(
            new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limited.Token);
            var error = process.StandardError.ReadToEndAsync(limited.Token);
            await process.WaitForExitAsync(limited.Token);
            return (process.ExitCode, await output + await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
