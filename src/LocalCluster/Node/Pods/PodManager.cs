using System.Collections.Concurrent;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;

namespace LocalCluster.Node.Pods;

/// <summary>Gives every pod that is bound to this node a worker, and passes on what changes.</summary>
internal sealed class PodManager(NodeServices node, ILogger<PodManager> logger)
{
    private static readonly TimeSpan VanishedGrace = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, PodWorker> workers = new();
    private readonly Lock gate = new();
    private bool isStopping;

    /// <summary>Takes a change of the pods' store.</summary>
    public void Handle(StoreChange<Pod> change)
    {
        lock (gate)
        {
            if (isStopping)
            {
                return;
            }

            switch (change)
            {
                case { New: { } pod } when workers.TryGetValue(pod.Metadata.Uid ?? "", out var worker):
                    worker.Update(pod);
                    break;
                case { New: { } pod }
                    when pod.Status?.Phase is not ("Succeeded" or "Failed")
                        || pod.Metadata.DeletionTimestamp is not null:
                    Start(pod);
                    break;
                case { New: null, Old: { } gone } when workers.TryGetValue(gone.Metadata.Uid ?? "", out var worker):
                    // Deleted without waiting for us.
                    worker.Stop(VanishedGrace);
                    break;
            }
        }
    }

    /// <summary>The pod of that name that runs here; null when there is none.</summary>
    public Pod? Find(ObjectKey key) => workers.Values.Select(w => w.Pod).LastOrDefault(p => p.Key == key);

    /// <summary>Stops all programs; pods stay on the API server.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        lock (gate)
        {
            isStopping = true;
        }

        foreach (var worker in workers.Values)
        {
            worker.Stop(grace);
        }

        await Task.WhenAll(workers.Values.Select(w => w.Completion));
    }

    private void Start(Pod pod)
    {
        var uid = pod.Metadata.Uid ?? "";
        var worker = new PodWorker(node, pod);
        workers[uid] = worker;
        worker.Start();
        _ = ForgetAsync(uid, worker);
    }

    private async Task ForgetAsync(string uid, PodWorker worker)
    {
        try
        {
            await worker.DisposeAsync();
        }
        catch (Exception exception)
        {
            logger.LogError(exception, "The worker of pod {Pod} failed", worker.Pod.Key);
        }
        finally
        {
            workers.TryRemove(uid, out _);
        }
    }
}
