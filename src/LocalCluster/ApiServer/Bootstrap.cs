using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;

namespace LocalCluster.ApiServer;

/// <summary>The objects that every cluster begins with.</summary>
internal static class Bootstrap
{
    private const string Rbac = "rbac.authorization.k8s.io";

    public static void Run(ServerParts parts, Uri server)
    {
        var context = WriteContext.Internal("kube-apiserver");
        foreach (var name in new[] { "default", "kube-system", "kube-public" })
        {
            Create("", "namespaces", "", Named("v1", "Namespace", name));
        }

        foreach (var role in DefaultRoles.All())
        {
            Label(role);
            Create(Rbac, "clusterroles", "", role);
        }

        Bind("cluster-admin", "cluster-admin", "system:masters");
        Bind("system:discovery", "system:discovery", "system:authenticated");
        Bind("system:basic-user", "system:basic-user", "system:authenticated");
        Bind(
            "system:public-info-viewer",
            "system:public-info-viewer",
            "system:authenticated",
            "system:unauthenticated"
        );

        var service = Named("v1", "Service", "kubernetes");
        service.Metadata()["labels"] = new JsonObject { ["component"] = "apiserver", ["provider"] = "kubernetes" };
        service["spec"] = new JsonObject
        {
            ["clusterIP"] = parts.Addresses.ApiServer,
            ["ports"] = new JsonArray(
                new JsonObject
                {
                    ["name"] = "https",
                    ["port"] = 443,
                    ["protocol"] = "TCP",
                    ["targetPort"] = server.Port,
                }
            ),
        };
        Create("", "services", "default", service);
        var slice = Named("discovery.k8s.io/v1", "EndpointSlice", "kubernetes");
        slice.Metadata()["labels"] = new JsonObject { ["kubernetes.io/service-name"] = "kubernetes" };
        slice["addressType"] = "IPv4";
        slice["endpoints"] = new JsonArray(
            new JsonObject
            {
                ["addresses"] = new JsonArray(server.Host),
                ["conditions"] = new JsonObject { ["ready"] = true },
            }
        );
        slice["ports"] = new JsonArray(
            new JsonObject
            {
                ["name"] = "https",
                ["port"] = server.Port,
                ["protocol"] = "TCP",
            }
        );
        Create("discovery.k8s.io", "endpointslices", "default", slice);

        void Bind(string name, string role, params IEnumerable<string> groups)
        {
            var binding = Named($"{Rbac}/v1", "ClusterRoleBinding", name);
            Label(binding);
            binding["roleRef"] = new JsonObject
            {
                ["apiGroup"] = Rbac,
                ["kind"] = "ClusterRole",
                ["name"] = role,
            };
            var subjects = new JsonArray();
            foreach (var group in groups)
            {
                subjects.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["apiGroup"] = Rbac,
                            ["kind"] = "Group",
                            ["name"] = group,
                        }
                );
            }

            binding["subjects"] = subjects;
            Create(Rbac, "clusterrolebindings", "", binding);
        }

        // A cluster that goes on where it was has them, but it may listen somewhere else now.
        void Create(string group, string plural, string @namespace, JsonObject value)
        {
            var resource = parts.Registry.Find(group, "v1", plural)!;
            var key = new ObjectKey(@namespace, value.Metadata().Str("name")!);
            if (resource.Store.Find(key) is null)
            {
                parts.Creator.Create(resource, @namespace, value, context);
            }
            else if (plural is "services" or "endpointslices")
            {
                parts.Updater.Update(
                    resource,
                    key,
                    subresource: null,
                    old =>
                    {
                        var next = (JsonObject)old.DeepClone();
                        foreach (var part in new[] { "spec", "endpoints", "ports" }.Where(value.ContainsKey))
                        {
                            next[part] = value[part]!.DeepClone();
                        }

                        return new Changed(next, Tracked: false);
                    },
                    context
                );
            }
        }
    }

    private static void Label(JsonObject value)
    {
        value.Metadata().Ensure("labels")["kubernetes.io/bootstrapping"] = "rbac-defaults";
        value.Metadata()["annotations"] = new JsonObject { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" };
    }

    private static JsonObject Named(string apiVersion, string kind, string name) =>
        new()
        {
            ["apiVersion"] = apiVersion,
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = name },
        };
}
