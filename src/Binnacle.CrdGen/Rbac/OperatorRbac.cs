using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.CrdGen.Rbac;

/// <summary>What the operator may do in a cluster: no more than it does.</summary>
internal static class OperatorRbac
{
    private static readonly string[] Read = ["get", "list", "watch"];

    // Server-side apply needs create and patch; prune needs delete.
    private static readonly string[] Own = ["create", "delete", "get", "list", "patch", "watch"];

    /// <summary>The ServiceAccount of the operator's Deployment.</summary>
    public static ServiceAccount ServiceAccount { get; } =
        new()
        {
            Metadata = OperatorObjects.Meta(OperatorObjects.Account) with { Namespace = OperatorObjects.Namespace },
        };

    /// <summary>The rights.</summary>
    public static ClusterRole ClusterRole { get; } =
        new()
        {
            Metadata = OperatorObjects.Meta(OperatorObjects.Account),
            Rules =
            [
                // What users write; the operator adds finalizers to stacks (children in other namespaces) and writes statuses.
                Rule(BinnacleResources.Group, Read, [.. Plurals()]),
                Rule(BinnacleResources.Group, ["patch"], MonitoringStack.ResourceType.Plural),
                Rule(BinnacleResources.Group, ["get", "patch"], [.. Plurals().Select(p => p + "/status")]),
                // Owner references with blockOwnerDeletion, where OwnerReferencesPermissionEnforcement is on.
                Rule(BinnacleResources.Group, ["update"], MonitoringStack.ResourceType.Plural + "/finalizers"),
                // What stacks are made of; secrets also hold what users refer to.
                Rule("", Own, "configmaps", "secrets", "serviceaccounts", "services"),
                Rule("apps", Own, "deployments", "statefulsets"),
                Rule("policy", Own, "poddisruptionbudgets"),
                Rule("rbac.authorization.k8s.io", Own, "rolebindings", "roles"),
                // Volumes that grow, and those that go with their stack.
                Rule("", ["delete", "get", "list", "patch"], "persistentvolumeclaims"),
                // What it reads to decide. It must also hold every right that it grants to Prometheus for discovery:
                // services, endpoints, endpointslices and pods.
                Rule("", Read, "endpoints", "namespaces"),
                Rule("discovery.k8s.io", Read, "endpointslices"),
                // A patched annotation makes the kubelet show changed ConfigMaps at once.
                Rule("", [.. Read, "patch"], "pods"),
                // A rule that Prometheus refuses is named only in its log.
                Rule("", ["get"], "pods/log"),
                Rule("events.k8s.io", ["create", "patch"], "events"),
            ],
        };

    /// <summary>Gives the rights to the account.</summary>
    public static ClusterRoleBinding ClusterRoleBinding { get; } = OperatorObjects.Binding(OperatorObjects.Account);

    private static IEnumerable<string> Plurals() => BinnacleResources.All.Select(type => type.Plural);

    private static PolicyRule Rule(string group, string[] verbs, params string[] resources) =>
        new()
        {
            ApiGroups = [group],
            Resources = resources,
            Verbs = verbs,
        };
}
