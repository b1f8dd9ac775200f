using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;

namespace LocalCluster.ApiServer.BuiltIn;

/// <summary>
/// The volume with token, CA and namespace that Kubernetes' ServiceAccount admission mounts into every container that
/// does not say otherwise.
/// </summary>
internal static class ServiceAccountVolume
{
    private const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    public static void AddTo(JsonObject pod)
    {
        var spec = pod.Ensure("spec");
        if (spec.Bool("automountServiceAccountToken") == false)
        {
            return;
        }

        var containers = spec.Objects("containers")
            .Concat(spec.Objects("initContainers"))
            .Where(container => container.Objects("volumeMounts").All(mount => mount.Str("mountPath") != MountPath))
            .ToList();
        if (containers.Count == 0)
        {
            return;
        }

        var name = "kube-api-access-" + ObjectMetadata.RandomSuffix();
        Add(spec, "volumes", Volume(name));
        foreach (var container in containers)
        {
            Add(
                container,
                "volumeMounts",
                new JsonObject
                {
                    ["name"] = name,
                    ["readOnly"] = true,
                    ["mountPath"] = MountPath,
                }
            );
        }
    }

    private static void Add(JsonObject parent, string list, JsonObject item)
    {
        if (parent.Arr(list) is not { } array)
        {
            array = [];
            parent[list] = array;
        }

        array.Add((JsonNode)item);
    }

    private static JsonObject Volume(string name) =>
        new()
        {
            ["name"] = name,
            ["projected"] = new JsonObject
            {
                ["defaultMode"] = 420,
                ["sources"] = new JsonArray(
                    new JsonObject
                    {
                        ["serviceAccountToken"] = new JsonObject { ["expirationSeconds"] = 3607, ["path"] = "token" },
                    },
                    new JsonObject
                    {
                        ["configMap"] = new JsonObject
                        {
                            ["name"] = "kube-root-ca.crt",
                            ["items"] = new JsonArray(new JsonObject { ["key"] = "ca.crt", ["path"] = "ca.crt" }),
                        },
                    },
                    new JsonObject
                    {
                        ["downwardAPI"] = new JsonObject
                        {
                            ["items"] = new JsonArray(
                                new JsonObject
                                {
                                    ["path"] = "namespace",
                                    ["fieldRef"] = new JsonObject
                                    {
                                        ["apiVersion"] = "v1",
                                        ["fieldPath"] = "metadata.namespace",
                                    },
                                }
                            ),
                        },
                    }
                ),
            },
        };
}
