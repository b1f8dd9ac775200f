using Binnacle.Api;
using Binnacle.Operator.Observing;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Admission;

/// <summary>
/// The rights that an object makes the operator give to the ServiceAccounts of stacks, by the render's own reckoning:
/// a stack those of everything it takes, a target or probe those of itself in every stack that takes it.
/// </summary>
internal sealed class GrantPlanner(World world)
{
    /// <summary>The rights that go back to this object as it is here; none for one that is left out as invalid.</summary>
    public HashSet<RequiredRight> Of(KubernetesObject? resource)
    {
        if (resource is null || ResourceCheck.Rejection(resource) is not null)
        {
            return [];
        }

        return resource switch
        {
            MonitoringStack stack => RequiredRight.Of(OfStack(stack)),
            ScrapeTarget target => OfTarget(target, snapshot => snapshot with { ScrapeTargets = [target] }),
            HealthProbe probe => OfTarget(probe, snapshot => snapshot with { HealthProbes = [probe] }),
            _ => [],
        };
    }

    private IReadOnlyList<AccessGrant> OfStack(MonitoringStack stack)
    {
        var stacks = Selectors()
            .Where(other => other.Key != stack.Key)
            .Append(SelectionInputs.SelectorsOf(stack))
            .OrderBy(each => each.Key)
            .ToList();
        return StackAccess.Of(
            Snapshot(stack) with
            {
                ScrapeTargets = [.. Taken(world.ScrapeTargets, stack.Key, stacks)],
                HealthProbes = [.. Taken(world.HealthProbes, stack.Key, stacks)],
            }
        );
    }

    private HashSet<RequiredRight> OfTarget<T>(T resource, Func<StackSnapshot, StackSnapshot> with)
        where T : KubernetesObject, IStackResource
    {
        var rights = new HashSet<RequiredRight>();
        foreach (var key in world.Selections.Decide(resource, Selectors()).Stacks)
        {
            if (world.Stacks.Find(key) is not { } stack)
            {
                continue;
            }

            // What the stack needs for itself is not this object's doing.
            var alone = Snapshot(stack);
            var own = RequiredRight.Of(StackAccess.Of(alone));
            rights.UnionWith(RequiredRight.Added(own, RequiredRight.Of(StackAccess.Of(with(alone)))));
        }

        return rights;
    }

    private IEnumerable<T> Taken<T>(ResourceTable<T> table, ObjectKey stack, IReadOnlyList<StackSelectors> stacks)
        where T : KubernetesObject<T>, IKubernetesObject<T>, IStackResource =>
        table
            .List()
            .Where(entry => entry.IsAccepted && world.Selections.Decide(entry.Resource, stacks).Stacks.Contains(stack))
            .Select(entry => entry.Resource);

    private List<StackSelectors> Selectors() =>
        [
            .. world
                .Stacks.List()
                .Where(stack => stack.Metadata.DeletionTimestamp is null)
                .Select(SelectionInputs.SelectorsOf)
                .OrderBy(each => each.Key),
        ];

    private StackSnapshot Snapshot(MonitoringStack stack) =>
        new()
        {
            Stack = stack,
            Cluster = world.Cluster,
            Namespaces = SnapshotBuilder.NamespacesOf(world),
        };
}
