using Kubernetes.Models;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Background;

/// <summary>Where an object is.</summary>
internal readonly record struct ObjectPlace(ResourceStore Store, ObjectKey Key);

/// <summary>Who is there, and who names whom as owner: kept in step with every write.</summary>
internal sealed class OwnerGraph
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, ObjectPlace> present = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<ObjectPlace>> dependents = new(StringComparer.Ordinal);

    public void Apply(ResourceStore store, in Change change)
    {
        var place = new ObjectPlace(store, change.Object.Key);
        lock (gate)
        {
            foreach (var owner in change.Previous?.OwnerUids ?? [])
            {
                if (dependents.TryGetValue(owner, out var set) && set.Remove(place) && set.Count == 0)
                {
                    dependents.Remove(owner);
                }
            }

            if (change.Type == ChangeType.Deleted)
            {
                present.Remove(change.Object.Uid);
                return;
            }

            present[change.Object.Uid] = place;
            foreach (var owner in change.Object.OwnerUids)
            {
                if (!dependents.TryGetValue(owner, out var set))
                {
                    dependents[owner] = set = [];
                }

                set.Add(place);
            }
        }
    }

    public ObjectPlace? Find(string uid)
    {
        lock (gate)
        {
            return present.TryGetValue(uid, out var place) ? place : null;
        }
    }

    public IReadOnlyList<ObjectPlace> DependentsOf(string uid)
    {
        lock (gate)
        {
            return dependents.TryGetValue(uid, out var set) ? [.. set] : [];
        }
    }
}
