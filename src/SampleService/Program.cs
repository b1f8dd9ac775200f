using System.Runtime.InteropServices;
using SampleService;

const string Help = """
    Plays several services that have Prometheus metrics and a fault that can be switched on.

    Usage: SampleService [LISTEN]
      LISTEN  a comma-separated list of [NAME@]IP:PORT; default: $SAMPLE_LISTEN, else the quickstart's ten services

    Each answers GET /metrics, /health, /slow?ms=N, /fault; POST /fault/on[?kind=errors|slow|down], /fault/off.
    """;

if (args is ["-h" or "--help"])
{
    Console.WriteLine(Help);
    return 0;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
try
{
    var list = args is [var first, ..] ? first : Environment.GetEnvironmentVariable("SAMPLE_LISTEN");
    var options = string.IsNullOrWhiteSpace(list)
        ? SampleServiceOptions.Quickstart
        : new SampleServiceOptions { Endpoints = SampleEndpoint.ParseList(list) };
    await using var host = await SampleServiceHost.StartAsync(options, stop.Token);
    foreach (var (service, address) in host.Addresses)
    {
        Console.WriteLine($"{service} listens on http://{address}");
    }

    var stopped = new TaskCompletionSource();
    await using (stop.Token.Register(stopped.SetResult))
    {
        await stopped.Task;
    }

    return 0;
}
catch (Exception e) when (e is FormatException or ArgumentException)
{
    await Console.Error.WriteLineAsync($"SampleService: {e.Message}");
    return 2;
}
catch (IOException e)
{
    await Console.Error.WriteLineAsync($"SampleService: {e.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    return 0;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
