using Kubernetes.Models;

namespace Binnacle.Rendering.Common;

/// <summary>Metadata that the objects of one stack share: labels, owner, namespace.</summary>
/// <param name="stack">The MonitoringStack.</param>
internal sealed class StackObjects(KubernetesObject stack)
{
    /// <summary>Name of the stack.</summary>
    public string StackName { get; } = stack.Metadata.Name ?? "";

    /// <summary>Namespace of the stack and of its namespaced objects.</summary>
    public string Namespace { get; } = stack.Metadata.Namespace ?? "";

    /// <summary>Metadata of a namespaced object that the stack owns.</summary>
    public ObjectMeta Owned(string name, string component) =>
        new()
        {
            Name = name,
            Namespace = Namespace,
            Labels = Labels(component),
            OwnerReferences =
            [
                new OwnerReference
                {
                    ApiVersion = stack.ApiVersion,
                    Kind = stack.Kind,
                    Name = StackName,
                    Uid = stack.Metadata.Uid ?? "",
                    Controller = true,
                    BlockOwnerDeletion = true,
                },
            ],
        };

    /// <summary>
    /// Metadata of an object that cannot have the stack as its owner: cluster-scoped, or in another namespace. The
    /// labels say whose it is, and the operator removes it with the stack.
    /// </summary>
    public ObjectMeta Labelled(string name, string component, string? @namespace = null) =>
        new()
        {
            Name = name,
            Namespace = @namespace,
            Labels = Labels(component),
        };

    /// <summary>The standard labels (https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/).</summary>
    public IReadOnlyDictionary<string, string> Labels(string component) =>
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["app.kubernetes.io/name"] = component,
            ["app.kubernetes.io/instance"] = StackName,
            ["app.kubernetes.io/component"] = component,
            ["app.kubernetes.io/part-of"] = "binnacle",
            ["app.kubernetes.io/managed-by"] = ObjectNames.ManagedBy,
            [ObjectNames.StackLabel] = StackName,
            [ObjectNames.StackNamespaceLabel] = Namespace,
        };

    /// <summary>The labels that select a component's pods. Immutable in workloads: never add to them.</summary>
    public IReadOnlyDictionary<string, string> Selector(string component) =>
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["app.kubernetes.io/name"] = component,
            ["app.kubernetes.io/instance"] = StackName,
            ["app.kubernetes.io/managed-by"] = ObjectNames.ManagedBy,
        };
}
