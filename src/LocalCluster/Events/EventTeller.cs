using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Events;

namespace LocalCluster.Events;

/// <summary>Records Events for as long as it lives.</summary>
internal sealed class EventTeller : IAsyncDisposable
{
    private readonly EventRecorder recorder;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;

    public EventTeller(IKubernetesClient client, string controller, string instance, TimeProvider time, ILogger logger)
    {
        recorder = new(client, controller, instance, time, logger);
        running = Task.Run(() => recorder.RunAsync(stop.Token));
    }

    /// <summary>Tells what happened to an object; never waits, never fails.</summary>
    /// <param name="regarding">The object.</param>
    /// <param name="type">How it is meant.</param>
    /// <param name="reason">CamelCase word that tools may look for.</param>
    /// <param name="action">What was tried.</param>
    /// <param name="note">A sentence for people.</param>
    /// <param name="fieldPath">The part of the object that is meant; null for all of it.</param>
    public void Tell(
        KubernetesObject regarding,
        EventType type,
        string reason,
        string action,
        string note,
        string? fieldPath = null
    ) => recorder.Record(regarding, type, reason, action, note, fieldPath);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }
}
