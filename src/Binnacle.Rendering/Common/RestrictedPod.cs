using Kubernetes.Models;

namespace Binnacle.Rendering.Common;

/// <summary>
/// Security contexts that pass the restricted Pod Security Standard
/// (https://kubernetes.io/docs/concepts/security/pod-security-standards/).
/// </summary>
internal static class RestrictedPod
{
    /// <summary>The user "nobody" of the upstream images.</summary>
    public const long Nobody = 65534;

    /// <summary>For the pod: a fixed non-root user that also owns the volumes.</summary>
    public static PodSecurityContext PodContext(long user = Nobody) =>
        new()
        {
            RunAsNonRoot = true,
            RunAsUser = user,
            RunAsGroup = user,
            FsGroup = user,
            FsGroupChangePolicy = "OnRootMismatch",
            SeccompProfile = new SeccompProfile { Type = "RuntimeDefault" },
        };

    /// <summary>For each container: no escalation, no capabilities, nothing writable but its volumes.</summary>
    public static SecurityContext ContainerContext() =>
        new()
        {
            AllowPrivilegeEscalation = false,
            ReadOnlyRootFilesystem = true,
            RunAsNonRoot = true,
            Capabilities = new Capabilities { Drop = ["ALL"] },
        };
}
