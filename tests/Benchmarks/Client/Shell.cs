using System.Diagnostics;
using System.Globalization;

namespace Binnacle.Benchmarks.Client;

/// <summary>What a command took.</summary>
internal readonly record struct Cost(double Seconds, double Cpu);

/// <summary>Runs commands in a shell and measures them, with their children.</summary>
internal static class Shell
{
    private const string Mark = "@took ";

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static async Task<(Cost Cost, string Output)> RunAsync(string command, CancellationToken cancellationToken)
    {
        using var process = Process.Start(
            new ProcessStartInfo("bash")
            {
                ArgumentList = { "-c", $"TIMEFORMAT='{Mark}%R %U %S'; time {{ {command}\n}}" },
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        var mark = errors.LastIndexOf(Mark, StringComparison.Ordinal);
        if (process.ExitCode != 0 || mark < 0)
        {
            throw new InvalidOperationException($"{command}\nended with {process.ExitCode}: {errors}");
        }

        var took = errors[(mark + Mark.Length)..]
            .Split(' ')
            .Select(text => double.Parse(text, CultureInfo.InvariantCulture))
            .ToArray();
        return (new Cost(took[0], took[1] + took[2]), await output);
    }
}
