using System.Globalization;
using Kubernetes.Models;

namespace Kubernetes.Runtime;

internal static class ResourceVersions
{
    /// <summary>
    /// Whether <paramref name="left"/> was written before <paramref name="right"/>. Versions of one kind are numbers
    /// that grow (https://github.com/kubernetes/enhancements/issues/5504); false where they are not.
    /// </summary>
    public static bool IsOlder(string? left, string? right) =>
        UInt128.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var one)
        && UInt128.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var other)
        && one < other;

    /// <summary>Whether both are of one object in one version.</summary>
    public static bool AreSame(ObjectMeta left, ObjectMeta right) =>
        left.ResourceVersion is not null && left.ResourceVersion == right.ResourceVersion && left.Uid == right.Uid;
}
