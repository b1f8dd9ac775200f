using Kubernetes.Models;

namespace EndToEnd.Tests.Harness;

/// <summary>
/// The restricted Pod Security Standard, for servers that do not enforce it themselves:
/// https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted.
/// </summary>
internal static class RestrictedPods
{
    private static readonly string[] VolumeTypes =
    [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "persistentVolumeClaim",
        "projected",
        "secret",
    ];

    /// <summary>What is against the standard.</summary>
    public static IEnumerable<string> Violations(PodSpec pod)
    {
        if (pod.HostNetwork == true || pod.HostPID == true || pod.ExtensionFields?.ContainsKey("hostIPC") == true)
        {
            yield return "a namespace of the host";
        }

        foreach (var volume in pod.Volumes ?? [])
        {
            var types = System.Text.Json.Nodes.JsonNode.Parse(
                System.Text.Json.JsonSerializer.Serialize(volume, typeof(Volume), KubernetesJsonContext.Default)
            )!;
            foreach (var (type, _) in types.AsObject())
            {
                if (type != "name" && !VolumeTypes.Contains(type))
                {
                    yield return $"volume {volume.Name} is a {type}";
                }
            }
        }

        foreach (var container in (pod.InitContainers ?? []).Concat(pod.Containers ?? []))
        {
            var security = container.SecurityContext ?? new SecurityContext();
            if (security.AllowPrivilegeEscalation != false)
            {
                yield return $"{container.Name} may escalate";
            }

            if ((security.RunAsNonRoot ?? pod.SecurityContext?.RunAsNonRoot) != true)
            {
                yield return $"{container.Name} may run as root";
            }

            if (pod.SecurityContext?.SeccompProfile?.Type != "RuntimeDefault")
            {
                yield return $"{container.Name} has no seccomp profile";
            }

            if (security.Capabilities?.Drop?.Contains("ALL") != true || security.Capabilities.Add is { Count: > 0 })
            {
                yield return $"{container.Name} keeps capabilities";
            }

            if ((container.Ports ?? []).Any(port => port.HostPort is > 0))
            {
                yield return $"{container.Name} takes a port of the host";
            }
        }
    }
}
