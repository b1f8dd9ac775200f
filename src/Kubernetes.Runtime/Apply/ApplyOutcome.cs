using System.Collections.Concurrent;

namespace Kubernetes.Runtime.Apply;

/// <summary>Where parallel applies put what they did.</summary>
internal sealed class ApplyOutcome
{
    public ConcurrentBag<ObjectRef> Created { get; } = [];
    public ConcurrentBag<ObjectRef> Updated { get; } = [];
    public ConcurrentBag<ObjectRef> Unchanged { get; } = [];
    public ConcurrentBag<ObjectRef> Recreated { get; } = [];
    public ConcurrentBag<ObjectRef> Pruned { get; } = [];
    public ConcurrentBag<ApplyFailure> Failures { get; } = [];
    public bool Recheck { get; set; }

    public void Fail(ObjectRef reference, Exception e) => Failures.Add(new ApplyFailure(reference, e));

    public ApplyResult ToResult(TimeSpan cacheLag) =>
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
            RecheckAfter = Recheck ? cacheLag : null,
        };

    private static IReadOnlyList<ObjectRef> Sorted(IEnumerable<ObjectRef> references) =>
        [.. references.OrderBy(it => it.Type.Kind, StringComparer.Ordinal).ThenBy(it => it.Key)];
}
