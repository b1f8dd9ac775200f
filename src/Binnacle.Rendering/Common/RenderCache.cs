using Kubernetes.Models;

namespace Binnacle.Rendering.Common;

/// <summary>
/// Keeps what was rendered for as long as nothing changes that it depends on, so that one changed rule costs neither
/// the rendering nor the comparison of what has nothing to do with it.
/// </summary>
/// <param name="unchanged">Whether two snapshots give the same.</param>
internal sealed class RenderCache<T>(Func<StackSnapshot, StackSnapshot, bool> unchanged)
    where T : struct
{
    private StackSnapshot? _last;
    private T _rendered;

    /// <summary>What was rendered last, or what <paramref name="render"/> makes of the snapshot.</summary>
    public T Get(StackSnapshot snapshot, Func<StackSnapshot, T> render)
    {
        if (_last is null || !unchanged(_last, snapshot))
        {
            _rendered = render(snapshot);
            _last = snapshot;
        }

        return _rendered;
    }
}

/// <summary>Which parts of two snapshots are the same, as far as rendering depends on them.</summary>
internal static class SnapshotParts
{
    /// <summary>The stack, the cluster, the versions and what the scrape targets and probes are.</summary>
    public static bool SameTargets(StackSnapshot left, StackSnapshot right) =>
        SameStack(left, right)
        && Same(left.ScrapeTargets, right.ScrapeTargets)
        && Same(left.HealthProbes, right.HealthProbes)
        && left.Namespaces.SequenceEqual(right.Namespaces)
        && SameSecrets(left, right, References.Secrets(right.Stack, right.ScrapeTargets, right.HealthProbes));

    /// <summary>The stack, the cluster, the versions and the rules that name channels.</summary>
    public static bool SameAlerting(StackSnapshot left, StackSnapshot right) =>
        SameStack(left, right)
        && Same(
            [.. Alertmanager.RoutingTable.RulesWithChannels(left)],
            [.. Alertmanager.RoutingTable.RulesWithChannels(right)]
        )
        && SameSecrets(left, right, References.Secrets(right.Stack, [], []));

    private static bool SameStack(StackSnapshot left, StackSnapshot right) =>
        Same(left.Stack, right.Stack) && left.Cluster == right.Cluster && left.Versions == right.Versions;

    private static bool SameSecrets(StackSnapshot left, StackSnapshot right, IEnumerable<ContentKey> keys) =>
        ReferenceEquals(left.References, right.References)
        || keys.All(key =>
            (left.References.Secret(key), right.References.Secret(key)) switch
            {
                (null, null) => true,
                ({ } one, { } other) => one.AsSpan().SequenceEqual(other),
                _ => false,
            }
        );

    private static bool Same<T>(IReadOnlyList<T> left, IReadOnlyList<T> right)
        where T : KubernetesObject
    {
        if (left.Count != right.Count)
        {
            return false;
        }

        for (var i = 0; i < left.Count; i++)
        {
            if (!Same(left[i], right[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// The same instance, or the same generation of the same object: a new status brings a new instance, and only the
    /// spec counts here.
    /// </summary>
    private static bool Same(KubernetesObject left, KubernetesObject right) =>
        ReferenceEquals(left, right)
        || (
            left.Metadata is { Uid.Length: > 0, Generation: > 0 }
            && left.Metadata.Uid == right.Metadata.Uid
            && left.Metadata.Generation == right.Metadata.Generation
        );
}
