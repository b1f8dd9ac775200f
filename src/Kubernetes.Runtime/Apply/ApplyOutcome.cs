using System.Collections.Concurrent;

namespace Kubernetes.Runtime.Apply;

/// <summary>Where parallel applies put what they did.</summary>
internal sealed class ApplyOutcome
{
    private readonly Lock _gate = new();

    public ConcurrentBag<ObjectRef> Created { get; } = [];
    public ConcurrentBag<ObjectRef> Updated { get; } = [];
    public ConcurrentBag<ObjectRef> Unchanged { get; } = [];
    public ConcurrentBag<ObjectRef> Recreated { get; } = [];
    public ConcurrentBag<ObjectRef> Pruned { get; } = [];
    public ConcurrentBag<ApplyFailure> Failures { get; } = [];
    public ConcurrentBag<ApplyDeviation> Deviations { get; } = [];

    /// <summary>When the first of the reasons to look again is due; null: there is none.</summary>
    public TimeSpan? RecheckAfter { get; private set; }

    public void Recheck(TimeSpan after)
    {
        lock (_gate)
        {
            if (RecheckAfter is not { } before || after < before)
            {
                RecheckAfter = after;
            }
        }
    }

    public void Deviate(IReadOnlyList<ApplyDeviation> deviations, TimeSpan retryAfter)
    {
        foreach (var deviation in deviations)
        {
            Deviations.Add(deviation);
            Recheck(retryAfter);
        }
    }

    public void Fail(ObjectRef reference, Exception e) => Failures.Add(new ApplyFailure(reference, e));

    public ApplyResult ToResult() =>
        new()
        {
            Created = Sorted(Created),
            Updated = Sorted(Updated),
            Unchanged = Sorted(Unchanged),
            Recreated = Sorted(Recreated),
            Pruned = Sorted(Pruned),
            Failures =
            [
                .. Failures.OrderBy(it => it.Object.Type.Kind, StringComparer.Ordinal).ThenBy(it => it.Object.Key),
            ],
            Deviations =
            [
                .. Deviations
                    .OrderBy(it => it.Object.Type.Kind, StringComparer.Ordinal)
                    .ThenBy(it => it.Object.Key)
                    .ThenBy(it => it.Field, StringComparer.Ordinal),
            ],
            RecheckAfter = RecheckAfter,
        };

    private static IReadOnlyList<ObjectRef> Sorted(IEnumerable<ObjectRef> references) =>
        [.. references.OrderBy(it => it.Type.Kind, StringComparer.Ordinal).ThenBy(it => it.Key)];
}
