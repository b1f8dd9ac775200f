using Binnacle.Api;
using Kubernetes.Models;
using Kubernetes.Runtime.Caching;

namespace Binnacle.Operator.Observing;

/// <summary>What all selections depend on: the stacks and the labels of the namespaces.</summary>
internal sealed class SelectionInputs(Store<MonitoringStack> allStacks, Store<Namespace> namespaces)
{
    private volatile IReadOnlyList<StackSelectors> _selectors = [];

    /// <summary>Reads the stacks anew.</summary>
    public void Refresh() =>
        _selectors = [
            .. allStacks
                .List()
                .Where(stack => stack.Metadata.DeletionTimestamp is null)
                .Select(SelectorsOf)
                .OrderBy(stack => stack.Key),
        ];

    /// <summary>What selecting needs to know of a stack.</summary>
    public static StackSelectors SelectorsOf(MonitoringStack stack) =>
        new(stack.Key, stack.Spec.NamespaceSelector, stack.Spec.ResourceSelector);

    /// <summary>Decides for one resource.</summary>
    public SelectionResult Decide<T>(T resource)
        where T : KubernetesObject, IStackResource => Decide(resource, _selectors);

    /// <summary>Decides for one resource, were these the stacks.</summary>
    public SelectionResult Decide<T>(T resource, IReadOnlyList<StackSelectors> stacks)
        where T : KubernetesObject, IStackResource
    {
        var own = resource.Metadata.Namespace ?? "";
        ObjectKey? named = resource.StackRef is { } stack ? new ObjectKey(stack.Namespace ?? own, stack.Name) : null;
        return Selection.Decide(
            resource.Metadata,
            resource.Kind,
            named,
            stacks,
            namespaces.Find(new ObjectKey("", own))?.Metadata.Labels
        );
    }
}
