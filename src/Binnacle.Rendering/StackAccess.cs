using Binnacle.Rendering.Common;
using Binnacle.Rendering.Prometheus;
using Binnacle.Rendering.Targets;
using Kubernetes.Models;

namespace Binnacle.Rendering;

/// <summary>A right that a render gives to a component's ServiceAccount.</summary>
/// <param name="Namespace">Where; null: in every namespace, and on what is in none.</param>
/// <param name="Rule">What.</param>
public sealed record AccessGrant(string? Namespace, PolicyRule Rule);

/// <summary>
/// The rights that rendering a stack gives away, for who asks whether its author has them. They are read from the very
/// objects that are rendered. Pure.
/// </summary>
public static class StackAccess
{
    /// <summary>
    /// Every right. Where a target looks in all namespaces that are yet to come, its rights count for every namespace,
    /// though Roles are made in those only that are there.
    /// </summary>
    public static IReadOnlyList<AccessGrant> Of(StackSnapshot snapshot)
    {
        var objects = new StackObjects(snapshot.Stack);
        var name = ObjectNames.Component(objects.StackName, PrometheusComponent.Name);
        var toCome = TargetNamespaces.ReachAllToCome(snapshot)
            ? PrometheusAccess.Rules(snapshot.Cluster).Select(rule => new AccessGrant(null, rule))
            : [];
        return [.. toCome, .. In(PrometheusAccess.Render(snapshot, objects, name))];
    }

    /// <summary>The rights in rendered objects.</summary>
    public static IEnumerable<AccessGrant> In(IEnumerable<KubernetesObject> objects) =>
        objects.SelectMany(rendered =>
            rendered switch
            {
                Role role => (role.Rules ?? []).Select(rule => new AccessGrant(role.Metadata.Namespace, rule)),
                ClusterRole role => (role.Rules ?? []).Select(rule => new AccessGrant(null, rule)),
                _ => [],
            }
        );
}
