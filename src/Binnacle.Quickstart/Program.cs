using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using Binnacle.Quickstart;
using Binnacle.Quickstart.Clusters;
using Binnacle.Quickstart.Views;
using Kubernetes.Client;
using Spectre.Console;

const int Failed = 1;
const int Interrupted = 130;

var once = new Option<bool>("--once")
{
    Description = "Prove without a terminal that an alert fires, is told and resolves; then end",
};
var kubeconfig = new Option<string?>("--kubeconfig")
{
    Description = "The cluster to use (default: that of KUBECONFIG, else a local one that is started)",
};
var keep = new Option<bool>("--keep") { Description = "Leave what was applied to a given cluster in it" };
var reach = new Option<string?>("--reach")
{
    Description =
        "How the operator reaches pods (default: Direct where pods are processes of this machine, else ApiProxy)",
};
reach.AcceptOnlyFromAmong(RunCluster.Direct, RunCluster.ApiProxy);
var hostAddress = new Option<IPAddress?>("--host-address")
{
    Description =
        "Where a given cluster's pods reach this machine (default: the address of the route to its first node)",
    CustomParser = argument =>
    {
        if (IPAddress.TryParse(argument.Tokens[0].Value, out var address))
        {
            return address;
        }

        argument.AddError($"--host-address: '{argument.Tokens[0].Value}' is not an IP address, as 192.168.1.10");
        return null;
    },
};

var root = new RootCommand("Shows Binnacle at work: cluster, operator, something to monitor, and alerts that fire.")
{
    once,
    kubeconfig,
    keep,
    reach,
    hostAddress,
};
root.SetAction(arguments =>
    RunAsync(
        new QuickstartOptions
        {
            Once = arguments.GetValue(once),
            Kubeconfig = arguments.GetValue(kubeconfig),
            Keep = arguments.GetValue(keep),
            Reach = arguments.GetValue(reach),
            HostAddress = arguments.GetValue(hostAddress),
        }
    )
);

// Signals are ours: cleaning up takes longer than the library would wait.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

static async Task<int> RunAsync(QuickstartOptions options)
{
    using var stop = new CancellationTokenSource();
    using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
    using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

    var time = TimeProvider.System;
    var hasTerminal = !options.Once && !Console.IsInputRedirected && !Console.IsOutputRedirected;
    var terminal = hasTerminal
        ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) })
        : null;
    IView view = terminal is null ? new PlainView(Console.Out, time) : new TerminalView(terminal, time);
    try
    {
        var files = RepositoryFiles.Find(AppContext.BaseDirectory);
        using var folder = RunFolder.Create(files.Runs);
        await using var run = new QuickstartRun(options, files, folder, view, terminal, time);
        try
        {
            await run.RunAsync(stop.Token);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return options.Once ? Interrupted : 0;
        }
        catch (Exception e) when (e is QuickstartException or KubernetesApiException or ManifestException)
        {
            folder.Keep = true;
            await run.DiagnoseAsync();
            view.Line("");
            view.Line($"FAILED: {e.Message}");
            view.Line($"Logs are kept in {folder.Path}");
            return Failed;
        }
    }
    catch (Exception e) when (e is QuickstartException or KubernetesConfigurationException)
    {
        view.Line($"FAILED: {e.Message}");
        return Failed;
    }

    void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        stop.Cancel();
    }
}
