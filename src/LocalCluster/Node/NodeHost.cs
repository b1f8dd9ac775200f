using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using LocalCluster.Events;
using LocalCluster.Node.Logs;
using LocalCluster.Node.Network;
using LocalCluster.Node.Pods;
using LocalCluster.Node.Probes;
using LocalCluster.Node.Processes;
using LocalCluster.Node.Programs;
using LocalCluster.Node.Volumes;

namespace LocalCluster.Node;

/// <summary>
/// A node that runs pods as processes of this machine, for any API server. It registers itself, runs the pods that are
/// bound to it, and stands in for kube-proxy and cluster DNS for them. Dispose it to stop everything it started.
/// </summary>
public sealed class NodeHost : IPodLogSource, IAsyncDisposable
{
    private const string ClusterDomain = "cluster.local";
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(2);

    private readonly NodeServices services;
    private readonly PodManager pods;
    private readonly ServiceProxy proxy;
    private readonly NodeRegistration registration;
    private readonly NetworkRefresher network;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];
    private int isDisposed;

    private NodeHost(NodeServices services, PodManager pods, ServiceProxy proxy, NodeRegistration registration)
    {
        this.services = services;
        this.pods = pods;
        this.proxy = proxy;
        this.registration = registration;
        network = new NetworkRefresher(proxy, services.Hosts);
    }

    /// <summary>Whether programs see their mount paths for real; false: they are given rewritten ones.</summary>
    public bool IsSandboxed => services.Sandbox is not null;

    /// <inheritdoc />
    public Task<Stream?> OpenAsync(PodLogRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new LogReader(services.Logs, services.Time).Open(request, cancellationToken));

    /// <summary>
    /// Starts a node and returns once it follows the API server; registration and pods go on in the background.
    /// </summary>
    /// <param name="client">The API server; must stay usable until the node is disposed.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="loggerFactory">Where it tells what it does.</param>
    /// <param name="time">The clock of probes, back-offs and periods.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    /// <exception cref="ArgumentException">An option has no sense; the message says which and what would.</exception>
    /// <exception cref="InvalidOperationException">A sandbox is required, and this machine allows none.</exception>
    public static async Task<NodeHost> StartAsync(
        IKubernetesClient client,
        NodeOptions options,
        ILoggerFactory loggerFactory,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var logger = loggerFactory.CreateLogger<NodeHost>();
        var work = Path.GetFullPath(options.WorkDirectory);
        WorkFolder.Prepare(work, logger);
        var setpriv = await SandboxProbe.FindSetprivAsync(cancellationToken);
        var sandbox = await FindSandboxAsync(options, work, setpriv, logger, cancellationToken);

        var serviceStore = new Store<Service>(logger);
        var endpointStore = new Store<Endpoints>(logger);
        var podStore = new Store<Pod>(logger);
        var addresses = new PodAddresses(options.PodCidr, nameof(options.PodCidr));
        var substitutes = new PodAddresses(options.ServiceCidr, nameof(options.ServiceCidr));
        var directory = new ServiceDirectory(serviceStore, endpointStore, substitutes, ClusterDomain);
        var hosts = new HostsFiles(directory, options.UseHostNameServers);
        var tokens = new ServiceAccountTokens(client, time);
        var events = new EventTeller(client, "kubelet", options.Name, time, logger);
        var shared = new NodeServices
        {
            Options = options,
            Client = client,
            Time = time,
            LoggerFactory = loggerFactory,
            Programs = new ProgramTable(options.Programs),
            Locator = new ProgramLocator(options.ProgramDirectories, Environment.GetEnvironmentVariable("PATH")),
            Launcher = new ProcessLauncher(),
            Sandbox = sandbox,
            Setpriv = setpriv,
            Addresses = addresses,
            Hosts = hosts,
            Tokens = tokens,
            Contents = new VolumeContents(client, tokens, sandbox is null ? hosts.ReplaceNames : null),
            Environment = new EnvironmentBuilder(client, options.ApiServer),
            Probes = new ProbeExecutor(),
            Logs = new LogStore(Path.Join(work, "logs"), time),
            Events = events,
        };
        var forwarder = new ServiceProxy(
            serviceStore,
            endpointStore,
            directory,
            events,
            loggerFactory.CreateLogger<ServiceProxy>()
        );
        var manager = new PodManager(shared, loggerFactory.CreateLogger<PodManager>());
        var host = new NodeHost(shared, manager, forwarder, new NodeRegistration(client, options, time, logger));
        try
        {
            await host.FollowAsync(serviceStore, endpointStore, podStore, directory, logger, cancellationToken);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isDisposed, 1) == 1)
        {
            return;
        }

        await pods.StopAsync(services.Options.StopTimeout);
        await stop.CancelAsync();
        await Task.WhenAll(running);
        using (var patience = new CancellationTokenSource(LeaveTimeout))
        {
            await registration.LeaveAsync(patience.Token);
        }

        network.Dispose();
        await proxy.DisposeAsync();
        await services.Events.DisposeAsync();
        services.Probes.Dispose();
        services.Launcher.Dispose();
        WorkFolder.Remove(
            Path.GetFullPath(services.Options.WorkDirectory),
            services.LoggerFactory.CreateLogger<NodeHost>()
        );
        stop.Dispose();
    }

    private static async Task<Sandbox?> FindSandboxAsync(
        NodeOptions options,
        string work,
        string? setpriv,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        const string Consequence =
            "mount paths in arguments are rewritten, Service names in ConfigMaps and arguments are replaced by addresses, "
            + "and files that refer to others by absolute mount paths do not find them";
        if (options.Sandbox == SandboxMode.Off)
        {
            logger.LogWarning(
                "Node {Node} runs programs without a mount namespace, as asked: {Consequence}",
                options.Name,
                Consequence
            );
            return null;
        }

        var (sandbox, reason) = await SandboxProbe.FindAsync(work, setpriv, cancellationToken);
        if (sandbox is not null)
        {
            logger.LogInformation(
                "Node {Node} runs programs in private mount namespaces ({How})",
                options.Name,
                sandbox.UserNamespace ? "in user namespaces" : "as root"
            );
            return sandbox;
        }

        if (options.Sandbox == SandboxMode.Required)
        {
            throw new InvalidOperationException($"this machine allows no private mount namespace: {reason}");
        }

        logger.LogWarning(
            "Node {Node} runs programs without a mount namespace, because this machine allows none ({Reason}): {Consequence}",
            options.Name,
            reason,
            Consequence
        );
        return null;
    }

    private async Task FollowAsync(
        Store<Service> serviceStore,
        Store<Endpoints> endpointStore,
        Store<Pod> podStore,
        ServiceDirectory directory,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        serviceStore.Subscribe(change =>
        {
            if (change.New is null)
            {
                directory.Forget(change.Key);
            }

            network.Request();
        });
        endpointStore.Subscribe(_ => network.Request());
        podStore.Subscribe(pods.Handle);
        running.Add(network.RunAsync(stop.Token));
        running.Add(registration.RunAsync(stop.Token));

        var serviceReflector = Follow(serviceStore, new ReflectorOptions<Service>(), logger);
        var endpointReflector = Follow(endpointStore, new ReflectorOptions<Endpoints>(), logger);
        // Names first: a pod's hosts file is to be whole when its program starts.
        await serviceReflector.WaitForSyncAsync(cancellationToken);
        await endpointReflector.WaitForSyncAsync(cancellationToken);
        var selector = $"spec.nodeName={services.Options.Name}";
        await Follow(podStore, new ReflectorOptions<Pod> { FieldSelector = selector }, logger)
            .WaitForSyncAsync(cancellationToken);
    }

    private Reflector<T> Follow<T>(Store<T> store, ReflectorOptions<T> options, ILogger logger)
        where T : KubernetesObject, IKubernetesObject<T>
    {
        var reflector = new Reflector<T>(services.Client, store, options, services.Time, logger);
        running.Add(Task.Run(() => reflector.RunAsync(stop.Token)));
        return reflector;
    }
}
