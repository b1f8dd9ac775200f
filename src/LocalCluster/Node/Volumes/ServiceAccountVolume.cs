using Kubernetes.Models;

namespace LocalCluster.Node.Volumes;

/// <summary>
/// The credentials that API servers put into every pod by admission; here for servers that run without it. Source:
/// kubernetes plugin/pkg/admission/serviceaccount.
/// </summary>
internal static class ServiceAccountVolume
{
    /// <summary>Where programs look for them.</summary>
    public const string MountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Token, certificate authority and namespace.</summary>
    public static Volume Volume { get; } =
        new()
        {
            Name = "..kube-api-access",
            Projected = new ProjectedVolumeSource
            {
                Sources =
                [
                    new()
                    {
                        ServiceAccountToken = new() { Path = "token", ExpirationSeconds = 3607 },
                    },
                    new()
                    {
                        ConfigMap = new()
                        {
                            Name = "kube-root-ca.crt",
                            Items = [new() { Key = "ca.crt", Path = "ca.crt" }],
                        },
                    },
                    new() { DownwardAPI = NamespaceFile() },
                ],
            },
        };

    private static System.Text.Json.JsonElement NamespaceFile()
    {
        using var document = System.Text.Json.JsonDocument.Parse(
            """{"items":[{"path":"namespace","fieldRef":{"fieldPath":"metadata.namespace"}}]}"""
        );
        return document.RootElement.Clone();
    }
}
