using System.Collections.Concurrent;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Admission;

/// <summary>Asks the API server what a user may do.</summary>
internal sealed class AccessReviewer(IKubernetesClient client)
{
    private const int AtOnce = 8;
    private const int MostMissing = 24;

    /// <summary>
    /// Which of these rights the user lacks; of many, some. Asks first for what is allowed everywhere: that settles most
    /// questions about single namespaces.
    /// </summary>
    /// <exception cref="KubernetesApiException">The API server cannot be asked: nothing is known.</exception>
    public async Task<IReadOnlyList<RequiredRight>> MissingAsync(
        UserInfo user,
        IReadOnlyList<RequiredRight> rights,
        CancellationToken cancellationToken
    )
    {
        var everywhere = rights.Select(right => right with { Namespace = null }).Distinct();
        var notEverywhere = (await RefusedAsync(user, everywhere, int.MaxValue, cancellationToken)).ToHashSet();
        var open = rights.Where(right => notEverywhere.Contains(right with { Namespace = null })).ToList();
        var missing = open.Where(right => right.Namespace is null).ToList();
        // What is lacking everywhere need not be asked for in places.
        var lacking = missing.ToHashSet();
        var inPlaces = open.Where(right =>
            right.Namespace is not null && !lacking.Contains(right with { Namespace = null })
        );
        missing.AddRange(await RefusedAsync(user, inPlaces, MostMissing, cancellationToken));
        return
        [
            .. missing
                .OrderBy(right => right.Namespace, StringComparer.Ordinal)
                .ThenBy(right => right.Group, StringComparer.Ordinal)
                .ThenBy(right => right.Resource, StringComparer.Ordinal)
                .ThenBy(right => right.Verb, StringComparer.Ordinal),
        ];
    }

    private async Task<IReadOnlyCollection<RequiredRight>> RefusedAsync(
        UserInfo user,
        IEnumerable<RequiredRight> rights,
        int enough,
        CancellationToken cancellationToken
    )
    {
        var refused = new ConcurrentBag<RequiredRight>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            rights,
            parallel,
            async (right, token) =>
            {
                if (refused.Count < enough && !await MayAsync(user, right, token))
                {
                    refused.Add(right);
                }
            }
        );
        return refused;
    }

    private async Task<bool> MayAsync(UserInfo user, RequiredRight right, CancellationToken cancellationToken)
    {
        var resource = right.Resource.Split('/', 2);
        var review = new SubjectAccessReview
        {
            Spec = new SubjectAccessReviewSpec
            {
                User = user.Username,
                Uid = user.Uid,
                Groups = user.Groups,
                Extra = user.Extra,
                NonResourceAttributes = right.Url is null
                    ? null
                    : new NonResourceAttributes { Path = right.Url, Verb = right.Verb },
                ResourceAttributes = right.Url is not null
                    ? null
                    : new ResourceAttributes
                    {
                        Namespace = right.Namespace,
                        Verb = right.Verb,
                        Group = right.Group,
                        Resource = resource[0],
                        Subresource = resource.Length > 1 ? resource[1] : null,
                        Name = right.Name,
                    },
            },
        };
        var answer = await client.CreateAsync(review, new WriteOptions(), cancellationToken);
        return answer.Status is { Allowed: true, Denied: not true };
    }
}
