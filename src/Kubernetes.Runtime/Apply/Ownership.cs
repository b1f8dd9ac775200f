using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>Whose an object is. Nobody's objects are taken over, whatever their names.</summary>
internal static class Ownership
{
    /// <summary>
    /// Whether what is there under a wanted name may be written: it carries the set's label or owner, or this process
    /// made it; and no other controller owns it.
    /// </summary>
    public static bool IsOurs(KubernetesObject desired, ObjectMeta there, ILiveObjects live, Applied? applied)
    {
        var owners = desired.Metadata.OwnerReferences ?? [];
        if (ControllerOf(there) is { } controller && !owners.Any(owner => IsSame(owner, controller)))
        {
            return false;
        }

        return live.Owns(there)
            || owners.Any(owner => (there.OwnerReferences ?? []).Any(it => it.Uid == owner.Uid))
            // Our own creation stays ours when somebody takes its label away: it gets it back.
            || (applied is not null && applied.Uid == there.Uid);
    }

    /// <summary>
    /// Whether a surplus object may be deleted: tools that copy objects copy labels too, but another controller's
    /// reference says whose it is now.
    /// </summary>
    public static bool MayPrune(ObjectMeta surplus, IReadOnlyCollection<OwnerReference> owners) =>
        owners.Count == 0
        || ControllerOf(surplus) is not { } controller
        || owners.Any(owner => IsSame(owner, controller));

    private static OwnerReference? ControllerOf(ObjectMeta metadata) =>
        metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller == true);

    /// <summary>By name: the uid of an owner that was deleted without its dependents and made anew is another one.</summary>
    private static bool IsSame(OwnerReference left, OwnerReference right) =>
        left.Kind == right.Kind && left.Name == right.Name && GroupOf(left) == GroupOf(right);

    private static string GroupOf(OwnerReference owner) => owner.ApiVersion.Split('/') is [var group, _] ? group : "";
}
