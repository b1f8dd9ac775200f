using Binnacle.Rendering;
using Binnacle.Rendering.Common;
using Kubernetes.Models;
using Kubernetes.Runtime.Apply;
using Kubernetes.Runtime.Caching;

namespace Binnacle.Operator.Observing;

/// <summary>Caches of the kinds that the operator writes, restricted to its own objects by label.</summary>
internal sealed class OwnedObjects
{
    private readonly Dictionary<ResourceType, IOwnedKind> _kinds = [];

    /// <summary>Adds a cache per kind to the reflections.</summary>
    public OwnedObjects(
        ReflectionFactory factory,
        List<IReflection> reflections,
        ClusterFacts cluster,
        Action<KubernetesObject?> changed
    )
    {
        void Add<T>()
            where T : KubernetesObject<T>, IKubernetesObject<T>
        {
            var store = new Store<T>();
            reflections.Add(
                factory.Make<T>(store, ObjectNames.ManagedBySelector, change => changed(change.New ?? change.Old))
            );
            _kinds[T.ResourceType] = new OwnedKind<T>(store);
        }

        Add<ConfigMap>();
        Add<Secret>();
        Add<ServiceAccount>();
        Add<Role>();
        Add<RoleBinding>();
        Add<Service>();
        Add<StatefulSet>();
        Add<Deployment>();
        if (cluster.HasPodDisruptionBudgets)
        {
            Add<PodDisruptionBudget>();
        }
    }

    /// <summary>The objects of one stack, as the apply step asks for them.</summary>
    public ILiveObjects Of(ObjectKey stack) => new StackObjectsView(this, stack);

    /// <summary>One object; null when it is not in the cluster.</summary>
    public T? Find<T>(ObjectKey key)
        where T : KubernetesObject<T>, IKubernetesObject<T> =>
        (T?)_kinds.GetValueOrDefault(T.ResourceType)?.Find(key);

    private interface IOwnedKind
    {
        KubernetesObject? Find(ObjectKey key);

        IEnumerable<KubernetesObject> All();
    }

    private sealed class OwnedKind<T>(Store<T> store) : IOwnedKind
        where T : KubernetesObject<T>, IKubernetesObject<T>
    {
        public KubernetesObject? Find(ObjectKey key) => store.Find(key);

        public IEnumerable<KubernetesObject> All() => store.List();
    }

    private sealed class StackObjectsView(OwnedObjects owner, ObjectKey stack) : ILiveObjects
    {
        public IEnumerable<ResourceType> Types => owner._kinds.Keys;

        public KubernetesObject? Find(ResourceType type, ObjectKey key) =>
            owner._kinds.GetValueOrDefault(type)?.Find(key);

        public IEnumerable<KubernetesObject> Owned(ResourceType type) =>
            owner._kinds.GetValueOrDefault(type) is { } kind ? kind.All().Where(IsOfStack) : [];

        private bool IsOfStack(KubernetesObject value) =>
            value.Metadata.Labels is { } labels
            && labels.GetValueOrDefault(ObjectNames.StackLabel) == stack.Name
            && labels.GetValueOrDefault(ObjectNames.StackNamespaceLabel) == stack.Namespace;
    }
}
