using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>In which order the kinds of a set come: as they were given, but what starts pods after all it may need.</summary>
internal static class ApplyOrder
{
    public static IReadOnlyList<IReadOnlyList<KubernetesObject>> PhasesOf(IReadOnlyList<KubernetesObject> objects) =>
        [
            .. objects
                .GroupBy(value => value.GetResourceType())
                .OrderBy(phase => StartsPods(phase.Key))
                .Select(phase => phase.ToList()),
        ];

    public static bool StartsPods(ResourceType type) =>
        type
            is { Group: "apps", Kind: "StatefulSet" or "Deployment" or "DaemonSet" or "ReplicaSet" }
                or { Group: "batch", Kind: "Job" or "CronJob" }
                or { Group: "", Kind: "Pod" };

    /// <summary>Every object must be named, and once.</summary>
    /// <exception cref="ArgumentException">An object has no name, or two have the same.</exception>
    public static void Check(IReadOnlyList<KubernetesObject> objects)
    {
        var seen = new HashSet<ObjectRef>(objects.Count);
        foreach (var reference in objects.Select(ObjectRef.Of))
        {
            if (reference.Key.Name.Length == 0)
            {
                throw new ArgumentException(
                    $"A wanted {reference.Type.Kind} has no metadata.name; generated names cannot be applied.",
                    nameof(objects)
                );
            }

            if (!seen.Add(reference))
            {
                throw new ArgumentException($"{reference} is wanted twice.", nameof(objects));
            }
        }
    }
}
