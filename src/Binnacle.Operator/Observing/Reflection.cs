using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;
using Kubernetes.Runtime.Telemetry;

namespace Binnacle.Operator.Observing;

/// <summary>A cache and the watch that keeps it, whatever its kind.</summary>
internal interface IReflection
{
    /// <summary>The cache holds a whole list.</summary>
    bool HasSynced { get; }

    /// <summary>The kind, and what is wrong with following it.</summary>
    string Describe();

    /// <summary>Runs until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>Waits for the first whole list.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);
}

/// <summary>Makes reflections.</summary>
internal sealed class ReflectionFactory(
    IKubernetesClient client,
    TimeProvider clock,
    ILoggerFactory loggers,
    RuntimeMetrics? metrics = null
)
{
    /// <summary>A reflection of a kind into a store.</summary>
    public IReflection Make<T>(Store<T> store, string? labelSelector, Action<StoreChange<T>> handler)
        where T : KubernetesObject<T>, IKubernetesObject<T>
    {
        store.Subscribe(handler);
        var options = new ReflectorOptions<T> { LabelSelector = labelSelector };
        var logger = loggers.CreateLogger<Reflector<T>>();
        return new Reflection<T>(new Reflector<T>(client, store, options, clock, logger, metrics));
    }

    private sealed class Reflection<T>(Reflector<T> reflector) : IReflection
        where T : KubernetesObject<T>, IKubernetesObject<T>
    {
        public bool HasSynced => reflector.HasSynced;

        public string Describe() =>
            reflector.Problem is { } problem ? $"{T.ResourceType} ({problem.Message})" : T.ResourceType.ToString();

        public Task RunAsync(CancellationToken cancellationToken) => reflector.RunAsync(cancellationToken);

        public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
            reflector.WaitForSyncAsync(cancellationToken);
    }
}
