using Binnacle.Rendering;
using Binnacle.Rendering.Common;
using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Caching;

namespace Binnacle.Operator.Observing;

/// <summary>Caches of the kinds that the operator writes, restricted to its own objects by label.</summary>
internal sealed class OwnedKinds
{
    private readonly OwnedObjects _sets = new(StackOf);
    private readonly List<Func<ListRequest, CancellationToken, Task<IEnumerable<KubernetesObject>>>> _listers = [];

    /// <summary>Adds a cache per kind to the reflections.</summary>
    /// <param name="client">The server, for what caches must not answer.</param>
    /// <param name="factory">Makes them.</param>
    /// <param name="reflections">Where they go.</param>
    /// <param name="cluster">What the API server has.</param>
    /// <param name="isAsApplied">Whether an object of a stack is as we wrote it.</param>
    /// <param name="changed">Told of every change, and whether more than a status changed by another hand.</param>
    public OwnedKinds(
        IKubernetesClient client,
        ReflectionFactory factory,
        List<IReflection> reflections,
        ClusterFacts cluster,
        Func<string, KubernetesObject, bool> isAsApplied,
        Action<KubernetesObject, bool> changed
    )
    {
        Store<T> Add<T>()
            where T : KubernetesObject<T>, IKubernetesObject<T>
        {
            var store = new Store<T>();
            reflections.Add(
                factory.Make<T>(
                    store,
                    ObjectNames.ManagedBySelector,
                    change =>
                    {
                        var value = change.New ?? change.Old!;
                        var isOurs =
                            change.New is { } now && StackOf(now.Metadata).Any(stack => isAsApplied(stack, now));
                        changed(value, change.ConcernsIntent && !isOurs);
                    }
                )
            );
            _sets.Add(store);
            _listers.Add(
                async (request, cancellationToken) =>
                    (await client.ListAsync<T>(request, cancellationToken)).Items.Cast<KubernetesObject>()
            );
            return store;
        }

        Add<ConfigMap>();
        Add<Secret>();
        Add<ServiceAccount>();
        Roles = Add<Role>();
        RoleBindings = Add<RoleBinding>();
        Add<Service>();
        StatefulSets = Add<StatefulSet>();
        Deployments = Add<Deployment>();
        if (cluster.HasPodDisruptionBudgets)
        {
            Add<PodDisruptionBudget>();
        }
    }

    /// <summary>StatefulSets of ours.</summary>
    public Store<StatefulSet> StatefulSets { get; }

    /// <summary>Deployments of ours.</summary>
    public Store<Deployment> Deployments { get; }

    /// <summary>Roles of ours.</summary>
    public Store<Role> Roles { get; }

    /// <summary>RoleBindings of ours.</summary>
    public Store<RoleBinding> RoleBindings { get; }

    /// <summary>The objects of one stack, as the apply step asks for them.</summary>
    public ILiveObjects Of(ObjectKey stack) => _sets.Of(stack.ToString());

    /// <summary>The objects that carry a stack's labels, wherever they are, as the server itself has them now.</summary>
    public async Task<IReadOnlyList<KubernetesObject>> ReadAsync(ObjectKey stack, CancellationToken cancellationToken)
    {
        var request = new ListRequest
        {
            LabelSelector =
                $"{ObjectNames.ManagedBySelector},{ObjectNames.StackLabel}={stack.Name},"
                + $"{ObjectNames.StackNamespaceLabel}={stack.Namespace}",
        };
        var found = new List<KubernetesObject>();
        foreach (var list in _listers)
        {
            found.AddRange(await list(request, cancellationToken));
        }

        return found;
    }

    /// <summary>The stack that an object's labels name.</summary>
    public static IEnumerable<string> StackOf(ObjectMeta metadata) =>
        metadata.Labels is { } labels
        && labels.TryGetValue(ObjectNames.StackLabel, out var name)
        && labels.TryGetValue(ObjectNames.StackNamespaceLabel, out var home)
            ? [new ObjectKey(home, name).ToString()]
            : [];
}
