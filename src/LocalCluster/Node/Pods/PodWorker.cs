using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Events;
using LocalCluster.Node.Volumes;

namespace LocalCluster.Node.Pods;

/// <summary>One pod from the moment it is bound to this node until nothing of it is left.</summary>
internal sealed class PodWorker : IAsyncDisposable
{
    private const string NodeAddress = "127.0.0.1";
    private static readonly TimeSpan MountRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWrites = TimeSpan.FromSeconds(2);

    private readonly NodeServices node;
    private readonly ILogger logger;
    private readonly PodStop stop;
    private readonly PodContext context;
    private readonly PodStatusWriter writer;
    private readonly SemaphoreSlim syncNow = new(0, 1);
    private readonly Lock gate = new();
    private readonly DateTimeOffset startTime;
    private readonly Dictionary<string, ContainerStatus> statuses = [];
    private readonly PodStatus? before;
    private readonly bool rentsAddress;
    private PodStatus? status;
    private volatile bool isDeleted;
    private Task completion = Task.CompletedTask;

    public PodWorker(NodeServices node, Pod pod)
    {
        this.node = node;
        logger = node.LoggerFactory.CreateLogger<PodWorker>();
        stop = new PodStop(node.Time);
        rentsAddress = pod.Spec?.HostNetwork != true;
        var placement = new PodPlacement(rentsAddress ? node.Addresses.Rent() : NodeAddress, NodeAddress);
        var directory = Path.Join(node.PodDirectory, pod.Metadata.Uid);
        var volumes = new PodVolumes(node.Client, node.Contents, directory, node.ClaimDirectory, node.Time);
        context = new PodContext(pod, placement, directory, volumes, stop);
        writer = new PodStatusWriter(node.Client, node.Time, logger, pod);
        before = status = pod.Status;
        startTime = pod.Status?.StartTime ?? node.Time.GetUtcNow();
    }

    /// <summary>The pod as the API server last told it.</summary>
    public Pod Pod => context.Pod;

    /// <summary>Completes when nothing of the pod is left on this machine.</summary>
    public Task Completion => completion;

    /// <summary>Begins.</summary>
    public void Start()
    {
        writer.Start();
        completion = Task.Run(RunAsync);
    }

    /// <summary>Takes a newer version of the pod: a wish to stop, or a reason to compare volumes at once.</summary>
    public void Update(Pod pod)
    {
        var older = context.Pod;
        context.Pod = pod;
        if (pod.Metadata.DeletionTimestamp is not null)
        {
            isDeleted = true;
            var seconds = pod.Metadata.DeletionGracePeriodSeconds ?? pod.Spec?.TerminationGracePeriodSeconds ?? 30;
            stop.Request(TimeSpan.FromSeconds(seconds));
        }
        else if (
            !HaveSameEntries(older.Metadata.Annotations, pod.Metadata.Annotations)
            || !HaveSameEntries(older.Metadata.Labels, pod.Metadata.Labels)
        )
        {
            SyncVolumes();
        }
    }

    /// <summary>Stops the programs; the pod stays on the API server unless it was deleted there.</summary>
    public void Stop(TimeSpan grace) => stop.Request(grace);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await completion;
        await writer.DisposeAsync();
        stop.Dispose();
        syncNow.Dispose();
    }

    private static bool HaveSameEntries(
        IReadOnlyDictionary<string, string>? left,
        IReadOnlyDictionary<string, string>? right
    ) =>
        (left?.Count ?? 0) == (right?.Count ?? 0)
        && (left ?? new Dictionary<string, string>()).All(l =>
            right!.TryGetValue(l.Key, out var value) && value == l.Value
        );

    private async Task RunAsync()
    {
        try
        {
            Directory.CreateDirectory(context.Directory);
            Publish();
            if (context.Pod.Metadata.DeletionTimestamp is not null)
            {
                Update(context.Pod);
            }

            await MountAsync();
            using var over = CancellationTokenSource.CreateLinkedTokenSource(stop.Requested);
            var syncing = SyncAsync(over.Token);
            await RunContainersAsync();
            await over.CancelAsync();
            await syncing;
        }
        catch (OperationCanceledException) when (stop.Requested.IsCancellationRequested) { }
        catch (Exception exception)
        {
            logger.LogError(exception, "Pod {Pod} failed on this node", context.Pod.Key);
            node.Events.Tell(context.Pod, EventType.Warning, "Failed", "Running", exception.Message);
        }

        await EndAsync();
    }

    private async Task RunContainersAsync()
    {
        var spec = context.Pod.Spec;
        foreach (var init in spec?.InitContainers ?? [])
        {
            if (await Runner(init, isInit: true).RunAsync() is not 0)
            {
                return;
            }

            stop.Requested.ThrowIfCancellationRequested();
        }

        await Task.WhenAll((spec?.Containers ?? []).Select(c => Runner(c, isInit: false).RunAsync()));
    }

    private ContainerRunner Runner(Container container, bool isInit) =>
        new(node, context, container, isInit, Before(container), Report);

    /// <summary>What an earlier run of the node has left in the pod's status.</summary>
    private ContainerStatus? Before(Container container) =>
        (before?.InitContainerStatuses ?? [])
            .Concat(before?.ContainerStatuses ?? [])
            .FirstOrDefault(s => s.Name == container.Name && s.ContainerID is { Length: > 0 });

    private async Task MountAsync()
    {
        string? told = null;
        while (true)
        {
            try
            {
                await context.Volumes.MountAsync(context.Pod, context.Placement, stop.Requested);
                return;
            }
            catch (Exception exception)
                when (exception is VolumeNotReadyException or KubernetesApiException or IOException)
            {
                if (told != exception.Message)
                {
                    node.Events.Tell(context.Pod, EventType.Warning, "FailedMount", "Mounting", exception.Message);
                    told = exception.Message;
                }

                await syncNow.WaitAsync(MountRetry, stop.Requested);
            }
        }
    }

    private async Task SyncAsync(CancellationToken cancellationToken)
    {
        string? told = null;
        try
        {
            while (true)
            {
                using (var period = new CancellationTokenSource(node.Options.VolumeSyncPeriod, node.Time))
                using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, period.Token))
                {
                    try
                    {
                        await syncNow.WaitAsync(either.Token);
                    }
                    catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested) { }
                }

                try
                {
                    await context.Volumes.RefreshAsync(context.Pod, context.Placement, cancellationToken);
                    told = null;
                }
                catch (Exception exception)
                    when (exception is VolumeNotReadyException or KubernetesApiException or IOException)
                {
                    if (told != exception.Message)
                    {
                        node.Events.Tell(context.Pod, EventType.Warning, "FailedMount", "Mounting", exception.Message);
                        told = exception.Message;
                    }
                }
            }
        }
        catch (OperationCanceledException) { }
    }

    private void SyncVolumes()
    {
        lock (gate)
        {
            if (syncNow.CurrentCount == 0)
            {
                syncNow.Release();
            }
        }
    }

    private void Report(ContainerStatus container)
    {
        lock (gate)
        {
            statuses[container.Name] = container;
        }

        Publish();
    }

    private void Publish()
    {
        lock (gate)
        {
            var spec = context.Pod.Spec;
            var observed = new PodObservation
            {
                Placement = context.Placement,
                StartTime = startTime,
                InitContainers = [.. (spec?.InitContainers ?? []).Select(StatusOf)],
                Containers = [.. (spec?.Containers ?? []).Select(StatusOf)],
            };
            status = PodStatusBuilder.Build(context.Pod, observed, status, node.Time.GetUtcNow());
            writer.Set(status);
        }
    }

    private ContainerStatus StatusOf(Container container) =>
        statuses.TryGetValue(container.Name, out var known)
            ? known
            : new ContainerStatus
            {
                Name = container.Name,
                Image = container.Image,
                ImageID = "",
                Ready = false,
                Started = false,
                RestartCount = Before(container)?.RestartCount ?? 0,
                State = new ContainerState
                {
                    Waiting = new ContainerStateWaiting
                    {
                        Reason = context.Pod.Spec?.InitContainers is { Count: > 0 }
                            ? "PodInitializing"
                            : "ContainerCreating",
                    },
                },
            };

    private async Task EndAsync()
    {
        using var patience = new CancellationTokenSource(LastWrites, node.Time);
        try
        {
            await writer.FlushAsync(patience.Token);
        }
        catch (OperationCanceledException) { }

        if (!stop.Requested.IsCancellationRequested)
        {
            // A pod that has run to its end keeps its logs and address until it is deleted.
            await Task.Delay(Timeout.Infinite, stop.Requested).ContinueWith(_ => { }, TaskScheduler.Default);
        }

        // In this order: when the pod is gone from the server, nothing of it is left here.
        Remove();
        if (isDeleted)
        {
            await DeleteFromServerAsync();
        }
    }

    private async Task DeleteFromServerAsync()
    {
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            try
            {
                var request = new DeleteRequest { GracePeriodSeconds = 0, Uid = context.Pod.Metadata.Uid };
                using var patience = new CancellationTokenSource(LastWrites, node.Time);
                await node.Client.DeleteAsync<Pod>(context.Pod.Key, request, patience.Token);
                return;
            }
            catch (KubernetesApiException exception) when (exception.Kind == KubernetesErrorKind.Conflict)
            {
                // Another pod has the name by now.
                return;
            }
            catch (Exception exception) when (exception is KubernetesApiException or OperationCanceledException)
            {
                logger.LogWarning(
                    "Pod {Pod} could not be removed from the server: {Message}",
                    context.Pod.Key,
                    exception.Message
                );
                await Task.Delay(TimeSpan.FromMilliseconds(200 * attempt), node.Time);
            }
        }
    }

    private void Remove()
    {
        var uid = context.Pod.Metadata.Uid ?? "";
        node.Hosts.Forget(uid);
        node.Tokens.Forget(uid);
        node.Logs.Delete(context.Pod);
        try
        {
            Directory.Delete(context.Directory, recursive: true);
        }
        catch (DirectoryNotFoundException) { }
        catch (IOException exception)
        {
            logger.LogWarning("Folder of pod {Pod} not removed: {Message}", context.Pod.Key, exception.Message);
        }

        if (rentsAddress)
        {
            node.Addresses.Return(context.Placement.PodIP);
        }
    }
}
