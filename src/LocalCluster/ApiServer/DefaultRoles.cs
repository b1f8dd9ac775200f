using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer;

/// <summary>The ClusterRoles that every cluster begins with, as far as they are about kinds that this one serves.</summary>
/// <remarks>https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings</remarks>
internal static class DefaultRoles
{
    private const string Aggregate = "rbac.authorization.k8s.io/aggregate-to-";
    private const string Read = "get list watch";
    private const string Write = "create delete deletecollection patch update";

    private const string Connections = "pods/attach pods/exec pods/portforward pods/proxy";
    private const string Workloads =
        "daemonsets deployments deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale";

    public static IEnumerable<JsonObject> All() =>
        [
            Role("cluster-admin", [Rule("*", "*", "*"), Paths("*", "*")]),
            Gathering("admin"),
            Gathering("edit", into: "admin"),
            Gathering("view", into: "edit"),
            Role("system:aggregate-to-admin", Admin(), into: "admin"),
            Role("system:aggregate-to-edit", Edit(), into: "edit"),
            Role("system:aggregate-to-view", View(), into: "view"),
            Role(
                "system:discovery",
                [
                    Paths(
                        "get",
                        "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/"
                    ),
                ]
            ),
            Role(
                "system:basic-user",
                [
                    Rule("create", "selfsubjectaccessreviews selfsubjectrulesreviews", "authorization.k8s.io"),
                    Rule("create", "selfsubjectreviews", "authentication.k8s.io"),
                ]
            ),
            Role("system:public-info-viewer", [Paths("get", "/healthz /livez /readyz /version /version/")]),
        ];

    private static JsonArray Admin() =>
        [
            Rule("create", "localsubjectaccessreviews", "authorization.k8s.io"),
            Rule($"{Read} {Write}", "rolebindings roles", "rbac.authorization.k8s.io"),
        ];

    private static JsonArray Edit() =>
        [
            Rule(Read, $"{Connections} secrets services/proxy", ""),
            Rule("impersonate", "serviceaccounts", ""),
            Rule(Write, $"pods {Connections}", ""),
            Rule("create", "pods/eviction", ""),
            Rule(Write, "configmaps events persistentvolumeclaims secrets serviceaccounts services services/proxy", ""),
            Rule("create", "serviceaccounts/token", ""),
            Rule(Write, Workloads, "apps"),
            Rule(Write, "jobs", "batch"),
            Rule(Write, "poddisruptionbudgets", "policy"),
            Rule(Write, "ingresses networkpolicies", "networking.k8s.io"),
            Rule($"{Write} {Read}", "leases", "coordination.k8s.io"),
        ];

    private static JsonArray View() =>
        [
            Rule(
                Read,
                "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods serviceaccounts services services/status",
                ""
            ),
            Rule(
                Read,
                "bindings events namespaces/status pods/log pods/status resourcequotas resourcequotas/status",
                ""
            ),
            Rule(Read, "namespaces", ""),
            Rule(Read, "endpointslices", "discovery.k8s.io"),
            Rule(
                Read,
                $"controllerrevisions {Workloads} daemonsets/status deployments/status replicasets/status statefulsets/status",
                "apps"
            ),
            Rule(Read, "jobs jobs/status", "batch"),
            Rule(Read, "poddisruptionbudgets poddisruptionbudgets/status", "policy"),
            Rule(Read, "ingresses ingresses/status networkpolicies", "networking.k8s.io"),
        ];

    private static JsonObject Gathering(string name, string? into = null)
    {
        var role = Role(name, null, into);
        role["aggregationRule"] = new JsonObject
        {
            ["clusterRoleSelectors"] = new JsonArray(
                new JsonObject { ["matchLabels"] = new JsonObject { [Aggregate + name] = "true" } }
            ),
        };
        return role;
    }

    private static JsonObject Role(string name, JsonArray? rules, string? into = null)
    {
        var role = new JsonObject
        {
            ["apiVersion"] = "rbac.authorization.k8s.io/v1",
            ["kind"] = "ClusterRole",
            ["metadata"] = new JsonObject { ["name"] = name },
        };
        if (rules is not null)
        {
            role["rules"] = rules;
        }

        if (into is not null)
        {
            role.Metadata()["labels"] = new JsonObject { [Aggregate + into] = "true" };
        }

        return role;
    }

    private static JsonObject Rule(string verbs, string resources, string groups) =>
        new()
        {
            ["apiGroups"] = groups.Split(' ').ToJsonArray(),
            ["resources"] = resources.Split(' ').ToJsonArray(),
            ["verbs"] = verbs.Split(' ').ToJsonArray(),
        };

    private static JsonObject Paths(string verbs, string paths) =>
        new() { ["nonResourceURLs"] = paths.Split(' ').ToJsonArray(), ["verbs"] = verbs.Split(' ').ToJsonArray() };
}
