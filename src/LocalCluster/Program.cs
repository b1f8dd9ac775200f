using System.CommandLine;
using LocalCluster;

var kubeconfig = new Option<string?>("--kubeconfig")
{
    Description = "Where to write the kubeconfig (default: in the data directory)",
};
var dataDirectory = new Option<string?>("--data-dir")
{
    Description =
        "Folder that keeps the cluster: started in it again, it goes on where it was (default: everything in memory)",
};
var port = new Option<int>("--port")
{
    Description = "Port of the API server on 127.0.0.1 (default: the one of the data directory, else a free one)",
};
var serviceCidr = new Option<string?>("--service-cidr")
{
    Description = "Cluster IPs of Services (default: a free loopback /16)",
};
var podCidr = new Option<string?>("--pod-cidr") { Description = "Addresses of pods (default: a free loopback /16)" };
var tools = new Option<string[]>("--tools")
{
    Description = "Folders of the programs that stand for images (default: .tools/bin, then PATH)",
};
var noNode = new Option<bool>("--no-node") { Description = "Run no node: pods stay pending" };
var noControllers = new Option<bool>("--no-controllers") { Description = "Run no controllers: the API server alone" };
var verbose = new Option<bool>("--verbose") { Description = "Log what the cluster does" };

var root = new RootCommand("A Kubernetes for laptops and tests in one process. Runs until Ctrl-C.")
{
    kubeconfig,
    dataDirectory,
    port,
    serviceCidr,
    podCidr,
    tools,
    noNode,
    noControllers,
    verbose,
};
root.SetAction(
    async (arguments, cancellationToken) =>
    {
        using var loggers = LoggerFactory.Create(logging =>
            logging
                .AddSimpleConsole(console => console.SingleLine = true)
                .SetMinimumLevel(arguments.GetValue(verbose) ? LogLevel.Debug : LogLevel.Warning)
                .AddFilter("Microsoft", LogLevel.Warning)
                .AddFilter("Microsoft.Extensions.Hosting", LogLevel.Critical)
        );
        LocalClusterHost started;
        try
        {
            started = await LocalClusterHost.StartAsync(
                new LocalClusterOptions
                {
                    KubeconfigPath = arguments.GetValue(kubeconfig),
                    DataDirectory = arguments.GetValue(dataDirectory),
                    Port = arguments.GetValue(port),
                    ServiceCidr = arguments.GetValue(serviceCidr),
                    PodCidr = arguments.GetValue(podCidr),
                    Parts =
                    [
                        .. arguments.GetValue(noControllers) ? [] : new ILocalClusterPart[] { new ControllersPart() },
                        .. arguments.GetValue(noNode)
                            ? []
                            : new ILocalClusterPart[]
                            {
                                new NodePart(arguments.GetValue(tools) is { Length: > 0 } t ? t : null),
                            },
                    ],
                    LoggerFactory = loggers,
                },
                cancellationToken
            );
        }
        catch (Exception e) when (e is IOException or ArgumentException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"The cluster did not start: {e.Message}");
            return 1;
        }

        await using var cluster = started;
        await Console.Out.WriteLineAsync($"API server: {cluster.Url}");
        await Console.Out.WriteLineAsync($"Services:   {cluster.ServiceCidr}    Pods: {cluster.PodCidr}");
        await Console.Out.WriteLineAsync();
        await Console.Out.WriteLineAsync($"export KUBECONFIG={cluster.KubeconfigPath}");
        await Console.Out.FlushAsync(cancellationToken);
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C.
        }

        return 0;
    }
);

// Programs of pods may take longer to end than the two seconds that are the default; cut off, the node leaves its files.
return await root.Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
