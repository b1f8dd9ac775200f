using System.Collections.Immutable;

namespace LocalCluster.ApiServer.Resources;

/// <summary>What is served now. Readers see one consistent state; CRDs add to it and take from it.</summary>
internal sealed class ResourceRegistry
{
    private readonly Lock gate = new();
    private State state = new(
        ImmutableDictionary<ResourceId, ApiResource>.Empty,
        ImmutableDictionary<ResourceId, ReviewResource>.Empty,
        1
    );

    /// <summary>The served version of a resource, or null.</summary>
    public ApiResource? Find(string group, string version, string plural) =>
        Volatile.Read(ref state).Resources.GetValueOrDefault(new(group, version, plural));

    public ReviewResource? FindReview(string group, string version, string plural) =>
        Volatile.Read(ref state).Reviews.GetValueOrDefault(new(group, version, plural));

    /// <summary>Any served version of a kind, the given one first.</summary>
    public ApiResource? FindKind(string group, string kind, string? version = null)
    {
        ApiResource? found = null;
        foreach (var resource in Volatile.Read(ref state).Resources.Values)
        {
            if (resource.Group == group && resource.Kind == kind)
            {
                if (version is null || resource.Version == version)
                {
                    return resource;
                }

                found = resource;
            }
        }

        return found;
    }

    public IEnumerable<ApiResource> All => Volatile.Read(ref state).Resources.Values;

    public IEnumerable<ReviewResource> Reviews => Volatile.Read(ref state).Reviews.Values;

    /// <summary>Counts the changes, for what is derived from the registry and cached.</summary>
    public long Revision => Volatile.Read(ref state).Revision;

    /// <summary>One served version of each store: that of the stored form where it needs no conversion.</summary>
    public IEnumerable<ApiResource> PerStore =>
        All.OrderBy(resource => resource.Conversion is not null).DistinctBy(resource => resource.Store);

    /// <summary>The served version of a store's objects: any will do to write the stored form.</summary>
    public ApiResource? ForStore(Storage.ResourceStore store) =>
        PerStore.FirstOrDefault(resource => ReferenceEquals(resource.Store, store));

    public void Add(params IEnumerable<ApiResource> resources)
    {
        lock (gate)
        {
            var next = state.Resources;
            foreach (var resource in resources)
            {
                next = next.SetItem(new(resource.Group, resource.Version, resource.Plural), resource);
            }

            Volatile.Write(ref state, state with { Resources = next, Revision = state.Revision + 1 });
        }
    }

    public void Add(ReviewResource review)
    {
        lock (gate)
        {
            var next = state.Reviews.SetItem(new(review.Group, review.Version, review.Plural), review);
            Volatile.Write(ref state, state with { Reviews = next, Revision = state.Revision + 1 });
        }
    }

    /// <summary>Replaces all versions of a resource; none takes it away.</summary>
    public void Replace(string group, string plural, IReadOnlyList<ApiResource> versions)
    {
        lock (gate)
        {
            var next = state.Resources.RemoveRange(
                state.Resources.Keys.Where(id => id.Group == group && id.Plural == plural)
            );
            foreach (var resource in versions)
            {
                next = next.SetItem(new(group, resource.Version, plural), resource);
            }

            Volatile.Write(ref state, state with { Resources = next, Revision = state.Revision + 1 });
        }
    }

    private readonly record struct ResourceId(string Group, string Version, string Plural);

    private sealed record State(
        ImmutableDictionary<ResourceId, ApiResource> Resources,
        ImmutableDictionary<ResourceId, ReviewResource> Reviews,
        long Revision
    );
}

/// <summary>A resource that only answers a question that is posted to it.</summary>
internal sealed record ReviewResource(string Group, string Version, string Kind, string Plural, bool Namespaced);
