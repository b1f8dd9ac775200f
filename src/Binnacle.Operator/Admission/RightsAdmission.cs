using Binnacle.Operator.Observing;
using Kubernetes.Models;
using Kubernetes.Runtime.Webhooks;

namespace Binnacle.Operator.Admission;

/// <summary>
/// Refuses what would give a ServiceAccount of a stack rights that the requester does not have. Asked when something
/// could widen them: a new object, another spec, other labels.
/// </summary>
internal sealed class RightsAdmission(World world, AccessReviewer reviewer) : IAdmissionHandler
{
    private const int ShownPlaces = 3;
    private readonly GrantPlanner _planner = new(world);

    /// <inheritdoc />
    public async Task<AdmissionVerdict> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (AdmissionObjects.Read(request, out var verdict) is not { } objects)
        {
            return verdict;
        }

        if (objects.SameSpec && SameLabels(objects.New, objects.Old))
        {
            return AdmissionVerdict.Allow;
        }

        await world.WaitForSyncAsync(cancellationToken);
        return await DecideAsync(request, objects, cancellationToken);
    }

    /// <summary>Decides by the caches as they are.</summary>
    internal async Task<AdmissionVerdict> DecideAsync(
        AdmissionRequest request,
        AdmissionObjects objects,
        CancellationToken cancellationToken
    )
    {
        var added = RequiredRight.Added(_planner.Of(objects.Old), _planner.Of(objects.New));
        if (added.Count == 0)
        {
            return AdmissionVerdict.Allow;
        }

        if (request.UserInfo is not { Username.Length: > 0 } user)
        {
            return AdmissionVerdict.BadRequest("request.userInfo.username is missing");
        }

        var missing = await reviewer.MissingAsync(user, added, cancellationToken);
        return missing.Count == 0
            ? AdmissionVerdict.Allow
            : AdmissionVerdict.Forbidden(
                $"user \"{user.Username}\" cannot give a stack's Prometheus rights that the user does not have: "
                    + Words(missing)
            );
    }

    /// <summary>"get, list, watch pods in namespace shop; …".</summary>
    internal static string Words(IReadOnlyList<RequiredRight> missing)
    {
        var places = missing.GroupBy(right => right.Namespace).ToList();
        var shown = places
            .Take(ShownPlaces)
            .Select(place =>
            {
                // Of each thing the verbs, then together what lacks the same verbs.
                var what = place
                    .GroupBy(Name)
                    .GroupBy(thing => string.Join(", ", thing.Select(right => right.Verb)))
                    .Select(same => $"{same.Key} {string.Join(", ", same.Select(thing => thing.Key))}");
                var where = place.Key is null ? "in all namespaces" : $"in namespace {place.Key}";
                return $"{string.Join(" and ", what)} {where}";
            });
        return string.Join("; ", shown) + (places.Count > ShownPlaces ? "; and more in other namespaces" : "");
    }

    private static string Name(RequiredRight right) =>
        right.Url
        ?? (right.Group.Length == 0 ? right.Resource : $"{right.Resource}.{right.Group}")
            + (right.Name is null ? "" : $" \"{right.Name}\"");

    private static bool SameLabels(KubernetesObject left, KubernetesObject? right) =>
        right is not null && World.SameLabels(left.Metadata.Labels, right.Metadata.Labels);
}
