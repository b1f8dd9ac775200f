using Kubernetes.Models;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Background;

/// <summary>Events go an hour after they were last written, whatever finalizers they have: kube-apiserver's <c>--event-ttl</c>.</summary>
internal sealed class EventExpiry
{
    /// <summary>How long an Event is kept.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ObjectDatabase database;
    private readonly ResourceStore events;
    private readonly TimeProvider clock;
    private readonly PriorityQueue<(ObjectKey Key, long Version), DateTimeOffset> waiting = new();
    private readonly Lock gate = new();
    private TaskCompletionSource sooner = NewSignal();

    public EventExpiry(ObjectDatabase database, TimeProvider clock)
    {
        this.database = database;
        this.clock = clock;
        events = database.Find(new("", "events"))!;
        events.OnChange((_, change) => Note(change));
    }

    /// <summary>Removes what is too old until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (Next(out var later, cancellationToken) is { } due)
                {
                    Remove(due.Key, due.Version);
                    continue;
                }

                await later.WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Note(in Change change)
    {
        if (change.Type == ChangeType.Deleted)
        {
            return;
        }

        // What an earlier run wrote tells itself when that was.
        var written = database.IsRestoring ? LastWrite(change.Object) : clock.GetUtcNow();
        var end = written + Lifetime;
        lock (gate)
        {
            if (!waiting.TryPeek(out _, out var first) || end < first)
            {
                sooner.TrySetResult();
            }

            waiting.Enqueue((change.Object.Key, change.Object.ResourceVersion), end);
        }
    }

    /// <summary>What is due; if nothing is, what to wait for.</summary>
    private (ObjectKey Key, long Version)? Next(out Task later, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            sooner = NewSignal();
            later = sooner.Task;
            if (!waiting.TryPeek(out _, out var time))
            {
                return null;
            }

            var left = time - clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                return waiting.Dequeue();
            }

            later = Task.WhenAny(later, Task.Delay(left, clock, cancellationToken));
            return null;
        }
    }

    private void Remove(ObjectKey key, long version)
    {
        // A later write of it has a later end.
        if (events.Find(key) is { } found && found.ResourceVersion == version)
        {
            events.TryRemove(found, found.ToJson());
        }
    }

    private DateTimeOffset LastWrite(StoredObject stored)
    {
        var metadata = stored.ToJson().Metadata();
        return metadata
                .Objects("managedFields")
                .Select(entry => KubernetesTime.Parse(entry.Str("time")))
                .Append(KubernetesTime.Parse(metadata.Str("creationTimestamp")))
                .Max()
            ?? clock.GetUtcNow();
    }
}
