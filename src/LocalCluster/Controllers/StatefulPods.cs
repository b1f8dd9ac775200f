using System.Globalization;
using Kubernetes.Models;

namespace LocalCluster.Controllers;

/// <summary>
/// What a StatefulSet gives its pods: names, identity, claims. Source: kubernetes
/// pkg/controller/statefulset/stateful_set_utils.go.
/// </summary>
internal static class StatefulPods
{
    /// <summary>Names the template that a pod was made of.</summary>
    public const string RevisionLabel = "controller-revision-hash";

    public static string Name(StatefulSet set, int ordinal) =>
        string.Create(CultureInfo.InvariantCulture, $"{set.Metadata.Name}-{ordinal}");

    /// <summary>The ordinal out of a pod's name; null when the name is not of this set.</summary>
    public static int? Ordinal(StatefulSet set, Pod pod)
    {
        var prefix = set.Metadata.Name + "-";
        var name = pod.Metadata.Name ?? "";
        return
            name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(
                name.AsSpan(prefix.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var ordinal
            )
            ? ordinal
            : null;
    }

    public static string ClaimName(PersistentVolumeClaim template, StatefulSet set, int ordinal) =>
        $"{template.Metadata.Name}-{Name(set, ordinal)}";

    /// <summary>The claims of one pod.</summary>
    public static IEnumerable<PersistentVolumeClaim> Claims(StatefulSet set, int ordinal)
    {
        var isOwned = set.Spec?.PersistentVolumeClaimRetentionPolicy?.WhenDeleted == "Delete";
        foreach (var template in set.Spec?.VolumeClaimTemplates ?? [])
        {
            yield return template with
            {
                Metadata = new ObjectMeta
                {
                    Name = ClaimName(template, set, ordinal),
                    Namespace = set.Metadata.Namespace,
                    Annotations = template.Metadata.Annotations,
                    Labels = Merge(template.Metadata.Labels, set.Spec?.Selector?.MatchLabels),
                    OwnerReferences = isOwned ? [set.AsController()] : null,
                },
                Status = null,
            };
        }
    }

    /// <summary>Gives a pod made of the template its identity.</summary>
    public static Pod Finish(Pod pod, StatefulSet set, int ordinal, string revision)
    {
        var name = Name(set, ordinal);
        var claims = set.Spec?.VolumeClaimTemplates ?? [];
        var volumes = (pod.Spec?.Volumes ?? []).Where(v => !claims.Any(c => c.Metadata.Name == v.Name));
        return pod with
        {
            Metadata = pod.Metadata with
            {
                Labels = Merge(
                    pod.Metadata.Labels,
                    new Dictionary<string, string>
                    {
                        [RevisionLabel] = revision,
                        ["statefulset.kubernetes.io/pod-name"] = name,
                        ["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture),
                    }
                ),
            },
            Spec = (pod.Spec ?? new PodSpec()) with
            {
                Hostname = name,
                Subdomain = set.Spec?.ServiceName,
                Volumes =
                [
                    .. claims.Select(c => new Volume
                    {
                        Name = c.Metadata.Name ?? "",
                        PersistentVolumeClaim = new() { ClaimName = ClaimName(c, set, ordinal) },
                    }),
                    .. volumes,
                ],
            },
        };
    }

    private static Dictionary<string, string> Merge(
        IReadOnlyDictionary<string, string>? left,
        IReadOnlyDictionary<string, string>? right
    )
    {
        var result = new Dictionary<string, string>(left ?? new Dictionary<string, string>());
        foreach (var (key, value) in right ?? new Dictionary<string, string>())
        {
            result[key] = value;
        }

        return result;
    }
}
