using Binnacle.Rendering.Common;
using Binnacle.Rendering.Targets;
using Kubernetes.Models;

namespace Binnacle.Rendering.Prometheus;

/// <summary>
/// What Prometheus may read: Services, endpoints and pods, in the stack's own namespace (to find Alertmanager) and in
/// each namespace in which a target looks. Nothing cluster-wide.
/// </summary>
internal static class PrometheusAccess
{
    /// <summary>ServiceAccount, and a Role with its binding for each namespace.</summary>
    public static IEnumerable<KubernetesObject> Render(StackSnapshot snapshot, StackObjects objects, string name)
    {
        var annotations = snapshot.Stack.Spec.Metrics.ServiceAccountAnnotations;
        yield return new ServiceAccount
        {
            Metadata = objects.Owned(name, PrometheusComponent.Name) with
            {
                Annotations = annotations.Count == 0 ? null : annotations,
            },
            AutomountServiceAccountToken = false,
        };

        IEnumerable<string> namespaces = TargetNamespaces.OfAll(snapshot);
        if (snapshot.Stack.Spec.Alerting.Enabled)
        {
            namespaces = namespaces.Prepend(objects.Namespace).Distinct(StringComparer.Ordinal);
        }

        foreach (var home in namespaces)
        {
            // Several stacks may look in the same third namespace; a namespace has no dot, so names cannot meet.
            var role = home == objects.Namespace ? name : $"{objects.Namespace}.{name}";
            var meta =
                home == objects.Namespace
                    ? objects.Owned(role, PrometheusComponent.Name)
                    : objects.Labelled(role, PrometheusComponent.Name, home);
            yield return new Role { Metadata = meta, Rules = Rules(snapshot.Cluster) };
            yield return new RoleBinding
            {
                Metadata = meta,
                RoleRef = new RoleRef
                {
                    ApiGroup = "rbac.authorization.k8s.io",
                    Kind = "Role",
                    Name = role,
                },
                Subjects =
                [
                    new RbacSubject
                    {
                        Kind = "ServiceAccount",
                        Name = name,
                        Namespace = objects.Namespace,
                    },
                ],
            };
        }
    }

    /// <summary>What it may do in each of its namespaces.</summary>
    public static IReadOnlyList<PolicyRule> Rules(ClusterFacts cluster) =>
        cluster.HasEndpointSlices
            ? [Read("", "services", "pods"), Read("discovery.k8s.io", "endpointslices")]
            : [Read("", "services", "pods", "endpoints")];

    private static PolicyRule Read(string group, params string[] resources) =>
        new()
        {
            ApiGroups = [group],
            Resources = resources,
            Verbs = ["get", "list", "watch"],
        };
}
