using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;

namespace LocalCluster.Node.Pods;

/// <summary>
/// Keeps one pod's status on the API server equal to what was last told: changes that come while a write is under way
/// are written together, a status that did not change not at all.
/// </summary>
internal sealed class PodStatusWriter(IKubernetesClient client, TimeProvider time, ILogger logger, Pod pod)
    : IAsyncDisposable
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LastRetry = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim changed = new(0, 1);
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private PodStatus? wanted;
    private string? written;
    private Task worker = Task.CompletedTask;

    /// <summary>Starts to write in the background.</summary>
    public void Start() => worker = Task.Run(RunAsync);

    /// <summary>Has a status written soon.</summary>
    public void Set(PodStatus status)
    {
        lock (gate)
        {
            wanted = status;
            if (changed.CurrentCount == 0)
            {
                changed.Release();
            }
        }
    }

    /// <summary>Writes what is wanted now, once; failures are only logged.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(cancellationToken);
        }
        catch (KubernetesApiException exception)
        {
            logger.LogDebug("Status of pod {Pod} not written: {Message}", pod.Key, exception.Message);
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await worker;
        changed.Dispose();
        writing.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        var retry = FirstRetry;
        try
        {
            while (true)
            {
                await changed.WaitAsync(stop.Token);
                while (true)
                {
                    try
                    {
                        await WriteAsync(stop.Token);
                        retry = FirstRetry;
                        break;
                    }
                    catch (KubernetesApiException exception)
                        when (exception.Kind is KubernetesErrorKind.NotFound or KubernetesErrorKind.Conflict)
                    {
                        // The pod is gone, or another one has its name: the watch will say so.
                        break;
                    }
                    catch (KubernetesApiException exception)
                    {
                        logger.LogWarning(
                            "Status of pod {Pod} not written, trying again: {Message}",
                            pod.Key,
                            exception.Message
                        );
                        await Task.Delay(retry, time, stop.Token);
                        retry = retry * 2 < LastRetry ? retry * 2 : LastRetry;
                    }
                }
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            PodStatus? status;
            lock (gate)
            {
                status = wanted;
            }

            if (status is null)
            {
                return;
            }

            var json = JsonSerializer.SerializeToNode(status, KubernetesJsonContext.Default.PodStatus)!;
            var text = json.ToJsonString();
            if (text == written)
            {
                return;
            }

            // The uid makes the server refuse it for another pod of the same name.
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["uid"] = pod.Metadata.Uid },
                ["status"] = json,
            };
            await client.PatchAsync<Pod>(
                pod.Key,
                Patch.Merge(System.Text.Encoding.UTF8.GetBytes(patch.ToJsonString())),
                new WriteOptions { Subresource = "status" },
                cancellationToken
            );
            written = text;
        }
        finally
        {
            writing.Release();
        }
    }
}
