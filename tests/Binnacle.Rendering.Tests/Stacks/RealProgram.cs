using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Testing;

namespace Binnacle.Rendering.Tests.Stacks;

/// <summary>Runs the real components; a program that this machine has not is a skipped test.</summary>
internal static class RealProgram
{
    public static string Require(string name)
    {
        var path = Tools.Find(name);
        Assert.SkipWhen(path is null, $"{name} is neither in .tools/bin nor on PATH (make tools brings it)");
        return path!;
    }

    /// <summary>Runs to the end within a minute and returns what it wrote; fails unless it exits with 0.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var process = Start(program, arguments);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            var text = await output;
            process.ExitCode.ShouldBe(0, text + await error);
            return text;
        }
        finally
        {
            Stop(process);
        }
    }

    /// <summary>Runs until <paramref name="use"/> is done with it; kills it in any case.</summary>
    public static async Task WhileRunningAsync(
        string program,
        IEnumerable<string> arguments,
        Func<CancellationToken, Task> use
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var process = Start(program, arguments);
        // Drained, or it would block on a full pipe.
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await use(limit.Token);
        }
        catch (Exception e) when (process.HasExited)
        {
            throw new InvalidOperationException($"{program} ended: {await output} {await error}", e);
        }
        finally
        {
            Stop(process);
        }
    }

    /// <summary>Asks until the answer is good.</summary>
    public static async Task<string> PollAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                return await http.GetStringAsync(address, cancellationToken);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;

    private static void Stop(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }
    }
}

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("binnacle-rendering-").FullName;

    public async Task<string> WriteAsync(string name, string text)
    {
        var file = System.IO.Path.Combine(Path, name);
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        return file;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
