using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Controllers;
using Kubernetes.Runtime.Queue;
using LocalCluster.Events;
using NodeObject = Kubernetes.Models.Node;
using RuntimeOptions = Kubernetes.Runtime.Controllers.ControllerOptions;

namespace LocalCluster.Controllers;

/// <summary>
/// The part of kube-controller-manager and kube-scheduler that small clusters need, for any API server. Dispose it to
/// stop.
/// </summary>
public sealed class ControllerManager : IAsyncDisposable
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly IKubernetesClient client;
    private readonly ILoggerFactory loggerFactory;
    private readonly TimeProvider time;
    private readonly EventTeller events;
    private readonly CancellationTokenSource stop = new();
    private readonly List<Task> running = [];
    private readonly List<IDisposable> queues = [];
    private readonly List<Task> synced = [];

    private ControllerManager(IKubernetesClient client, ILoggerFactory loggerFactory, TimeProvider time)
    {
        this.client = client;
        this.loggerFactory = loggerFactory;
        this.time = time;
        events = new EventTeller(
            client,
            "controller-manager",
            "local-cluster",
            time,
            loggerFactory.CreateLogger<ControllerManager>()
        );
    }

    /// <summary>Starts the controllers and returns once they follow the API server.</summary>
    /// <param name="client">The API server; must stay usable until the manager is disposed.</param>
    /// <param name="options">What to run.</param>
    /// <param name="loggerFactory">Where failures are told.</param>
    /// <param name="time">The clock of retries and deadlines.</param>
    /// <param name="cancellationToken">Gives the start up.</param>
    public static async Task<ControllerManager> StartAsync(
        IKubernetesClient client,
        ControllerOptions options,
        ILoggerFactory loggerFactory,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var manager = new ControllerManager(client, loggerFactory, time);
        try
        {
            manager.Wire(options);
            await Task.WhenAll(manager.synced).WaitAsync(cancellationToken);
            return manager;
        }
        catch
        {
            await manager.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(running);
        foreach (var queue in queues)
        {
            queue.Dispose();
        }

        await events.DisposeAsync();
        stop.Dispose();
    }

    private void Wire(ControllerOptions options)
    {
        var enabled = options.Enabled;
        var control = new PodControl(client, events);
        var pods = Lazily<Pod>();
        var sets = Lazily<ReplicaSet>();
        if (enabled.HasFlag(ControllerKinds.Deployments))
        {
            var queue = Run("deployment", new DeploymentReconciler(client, events, time));
            Lazily<Deployment>().Value.Subscribe(c => queue.Add(c.Key));
            sets.Value.Subscribe(c => AddOwner(queue, "Deployment", c.New ?? c.Old));
            pods.Value.Subscribe(c =>
            {
                // A Recreate rollout waits for the last old pod to be gone.
                if (c.New is null && c.Old?.ControllerOwner() is { Kind: "ReplicaSet" } owner)
                {
                    AddOwner(queue, "Deployment", sets.Value.Find(new ObjectKey(c.Key.Namespace, owner.Name)));
                }
            });
        }

        if (enabled.HasFlag(ControllerKinds.ReplicaSets))
        {
            var queue = Run("replicaset", new ReplicaSetReconciler(client, control, time));
            sets.Value.Subscribe(c => queue.Add(c.Key));
            pods.Value.Subscribe(c => AddOwner(queue, "ReplicaSet", c.New ?? c.Old));
        }

        if (enabled.HasFlag(ControllerKinds.StatefulSets))
        {
            var queue = Run("statefulset", new StatefulSetReconciler(client, control, time));
            Lazily<StatefulSet>().Value.Subscribe(c => queue.Add(c.Key));
            pods.Value.Subscribe(c => AddOwner(queue, "StatefulSet", c.New ?? c.Old));
        }

        if (enabled.HasFlag(ControllerKinds.Endpoints))
        {
            WireEndpoints(pods.Value);
        }

        if (enabled.HasFlag(ControllerKinds.Scheduler))
        {
            WireScheduler(pods.Value);
        }

        if (enabled.HasFlag(ControllerKinds.Volumes))
        {
            var queue = Run("volume", new VolumeReconciler(client, options.VolumeDirectory));
            Lazily<PersistentVolumeClaim>().Value.Subscribe(c => queue.Add(c.Key));
        }
    }

    private void WireEndpoints(Store<Pod> pods)
    {
        var services = Lazily<Service>().Value;
        var queue = Run("endpoints", new EndpointReconciler(client, services, pods));
        services.Subscribe(c => queue.Add(c.Key));
        Lazily<Endpoints>().Value.Subscribe(c => queue.Add(c.Key));
        pods.Subscribe(c =>
        {
            foreach (var service in services.List().Where(s => s.Metadata.Namespace == c.Key.Namespace))
            {
                var selector = new LabelSelector { MatchLabels = service.Spec?.Selector };
                if (
                    service.Spec?.Selector is { Count: > 0 }
                    && (
                        (c.Old is not null && selector.Matches(c.Old.Metadata.Labels))
                        || (c.New is not null && selector.Matches(c.New.Metadata.Labels))
                    )
                )
                {
                    queue.Add(service.Key);
                }
            }
        });
    }

    private void WireScheduler(Store<Pod> pods)
    {
        var nodes = Lazily<NodeObject>().Value;
        var queue = Run("scheduler", new SchedulerReconciler(client, pods, nodes, events, time));
        pods.Subscribe(c =>
        {
            if (c.New is { } pod && SchedulerReconciler.IsWaiting(pod))
            {
                queue.Add(c.Key);
            }
        });
        nodes.Subscribe(_ =>
        {
            foreach (var pod in pods.List().Where(SchedulerReconciler.IsWaiting))
            {
                queue.Add(pod.Key);
            }
        });
    }

    private WorkQueue<ObjectKey> Run(string name, IReconciler<ObjectKey> reconciler)
    {
        var queue = new WorkQueue<ObjectKey>(time, new WorkQueueOptions { LastRetry = LongestRetry }, name);
        queues.Add(queue);
        var controller = new Controller<ObjectKey>(
            name,
            reconciler,
            queue,
            new RuntimeOptions { DrainTimeout = Drain },
            time,
            loggerFactory.CreateLogger($"LocalCluster.Controllers.{name}")
        );
        running.Add(Task.Run(() => controller.RunAsync(stop.Token)));
        return queue;
    }

    /// <summary>A store that is followed from its first use on.</summary>
    private Lazy<Store<T>> Lazily<T>()
        where T : KubernetesObject, IKubernetesObject<T> =>
        new(() =>
        {
            var logger = loggerFactory.CreateLogger<ControllerManager>();
            var store = new Store<T>(logger);
            var reflector = new Reflector<T>(client, store, new ReflectorOptions<T>(), time, logger);
            running.Add(Task.Run(() => reflector.RunAsync(stop.Token)));
            synced.Add(reflector.WaitForSyncAsync(stop.Token));
            return store;
        });

    private static void AddOwner(WorkQueue<ObjectKey> queue, string kind, KubernetesObject? owned)
    {
        if (owned?.ControllerOwner() is { } owner && owner.Kind == kind)
        {
            queue.Add(new ObjectKey(owned.Metadata.Namespace ?? "", owner.Name));
        }
    }
}
