using System.Globalization;
using System.Text;
using Kubernetes.Models;

namespace LocalCluster.Node.Pods;

/// <summary>What a pod can be told of itself through <c>fieldRef</c> (the downward API).</summary>
internal static class PodFields
{
    /// <summary>The value of a field path; null when there is no such field.</summary>
    public static string? Find(Pod pod, PodPlacement placement, string path)
    {
        var metadata = pod.Metadata;
        return path switch
        {
            "metadata.name" => metadata.Name,
            "metadata.namespace" => metadata.Namespace,
            "metadata.uid" => metadata.Uid,
            "metadata.labels" => Lines(metadata.Labels),
            "metadata.annotations" => Lines(metadata.Annotations),
            "spec.nodeName" => pod.Spec?.NodeName,
            "spec.serviceAccountName" => pod.Spec?.ServiceAccountName ?? "default",
            "status.podIP" or "status.podIPs" => placement.PodIP,
            "status.hostIP" or "status.hostIPs" => placement.HostIP,
            _ => Entry(path, "metadata.labels", metadata.Labels)
                ?? Entry(path, "metadata.annotations", metadata.Annotations),
        };
    }

    private static string? Entry(string path, string map, IReadOnlyDictionary<string, string>? entries) =>
        path.StartsWith(map + "['", StringComparison.Ordinal) && path.EndsWith("']", StringComparison.Ordinal)
            ? entries?.GetValueOrDefault(path[(map.Length + 2)..^2]) ?? ""
            : null;

    private static string Lines(IReadOnlyDictionary<string, string>? entries)
    {
        var text = new StringBuilder();
        foreach (
            var (key, value) in (entries ?? new Dictionary<string, string>()).OrderBy(
                e => e.Key,
                StringComparer.Ordinal
            )
        )
        {
            var quoted = value
                .Replace("\\", "\\\\", StringComparison.Ordinal)
                .Replace("\"", "\\\"", StringComparison.Ordinal);
            quoted = quoted.Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"{key}=\"{quoted}\"\n");
        }

        return text.ToString();
    }
}

/// <summary>Where a pod runs.</summary>
internal sealed record PodPlacement(string PodIP, string HostIP);
