using Kubernetes.Models;

namespace Binnacle.Rendering;

/// <summary>What one component adds to a stack.</summary>
/// <param name="Plan">The workload; null when the component is turned off.</param>
/// <param name="Objects">Its objects, in apply order.</param>
/// <param name="Problems">What is wrong with resources that it renders.</param>
public sealed record ComponentRender(
    ComponentPlan? Plan,
    IReadOnlyList<KubernetesObject> Objects,
    IReadOnlyList<ResourceProblem> Problems
)
{
    /// <summary>A component that is turned off.</summary>
    public static ComponentRender None { get; } = new(null, [], []);
}
