using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Kubernetes.Client;
using Kubernetes.Models;

namespace LocalCluster.Events;

/// <summary>
/// Tells Events in the background: best effort, never in the way of what they tell about. What repeats becomes a series
/// of the first one.
/// </summary>
internal sealed class EventTeller : IAsyncDisposable
{
    private const int QueueLength = 1000;
    private const int MaxNote = 1000;
    private static readonly TimeSpan SeriesWindow = TimeSpan.FromMinutes(6);
    private static readonly TimeSpan LastWrites = TimeSpan.FromSeconds(2);

    private readonly IKubernetesClient client;
    private readonly string controller;
    private readonly string instance;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Channel<Event> queue = Channel.CreateBounded<Event>(
        new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly Dictionary<(string? Uid, string? Path, string? Reason, string? Note), Series> series = [];
    private readonly CancellationTokenSource stop = new();
    private readonly Task worker;

    public EventTeller(IKubernetesClient client, string controller, string instance, TimeProvider time, ILogger logger)
    {
        this.client = client;
        this.controller = controller;
        this.instance = instance;
        this.time = time;
        this.logger = logger;
        worker = Task.Run(RunAsync);
    }

    /// <summary>Tells what happened to an object.</summary>
    /// <param name="regarding">The object.</param>
    /// <param name="type"><c>Normal</c> or <c>Warning</c>.</param>
    /// <param name="reason">CamelCase word that tools may look for.</param>
    /// <param name="action">What was tried.</param>
    /// <param name="note">A sentence for people.</param>
    /// <param name="fieldPath">The part of the object that is meant; null for all of it.</param>
    public void Tell(
        KubernetesObject regarding,
        string type,
        string reason,
        string action,
        string note,
        string? fieldPath = null
    )
    {
        var ns = regarding.Metadata.Namespace is { Length: > 0 } given ? given : "default";
        queue.Writer.TryWrite(
            new Event
            {
                Metadata = new ObjectMeta { Namespace = ns },
                EventTime = time.GetUtcNow(),
                Type = type,
                Reason = reason,
                Action = action,
                Note = note.Length > MaxNote ? note[..MaxNote] : note,
                ReportingController = controller,
                ReportingInstance = instance,
                Regarding = new ObjectReference
                {
                    ApiVersion = regarding.ApiVersion,
                    Kind = regarding.Kind,
                    Namespace = regarding.Metadata.Namespace,
                    Name = regarding.Metadata.Name,
                    Uid = regarding.Metadata.Uid,
                    FieldPath = fieldPath,
                },
            }
        );
    }

    /// <summary>Gives what is still queued a moment to be written.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        stop.CancelAfter(LastWrites);
        await worker;
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var item in queue.Reader.ReadAllAsync(stop.Token))
            {
                try
                {
                    await WriteAsync(item, stop.Token);
                }
                catch (KubernetesApiException exception)
                {
                    logger.LogDebug("Event {Reason} not written: {Message}", item.Reason, exception.Message);
                }
            }
        }
        catch (OperationCanceledException) { }
    }

    private async Task WriteAsync(Event item, CancellationToken cancellationToken)
    {
        var now = item.EventTime!.Value;
        foreach (var old in series.Where(s => now - s.Value.Last > SeriesWindow).Select(s => s.Key).ToList())
        {
            series.Remove(old);
        }

        var key = (item.Regarding!.Uid, item.Regarding.FieldPath, item.Reason, item.Note);
        if (series.TryGetValue(key, out var known))
        {
            var count = known.Count + 1;
            series[key] = known with { Count = count, Last = now };
            var patch = new JsonObject
            {
                ["series"] = new JsonObject
                {
                    ["count"] = count,
                    ["lastObservedTime"] = now.UtcDateTime.ToString(
                        "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'",
                        CultureInfo.InvariantCulture
                    ),
                },
            };
            await client.PatchAsync<Event>(
                known.Key,
                Patch.Merge(Encoding.UTF8.GetBytes(patch.ToJsonString())),
                new WriteOptions(),
                cancellationToken
            );
            return;
        }

        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"{item.Regarding.Name}.{now.UtcTicks - DateTimeOffset.UnixEpoch.Ticks:x}"
        );
        item = item with { Metadata = item.Metadata with { Name = name } };
        await client.CreateAsync(item, new WriteOptions(), cancellationToken);
        series[key] = new Series(item.Key, 1, now);
    }

    private sealed record Series(ObjectKey Key, int Count, DateTimeOffset Last);
}
