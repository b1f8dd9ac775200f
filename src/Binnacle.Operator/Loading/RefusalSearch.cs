using System.Collections.Immutable;
using Binnacle.Rendering;

namespace Binnacle.Operator.Loading;

/// <summary>
/// Finds which of several changed resources a component refuses, by leaving sets of them out: first all of them, then
/// each half comes back, and a refused half is halved again. Immutable; one step per reconciliation.
/// </summary>
/// <param name="Pending">Sets that are left out for now.</param>
/// <param name="Testing">The set that was put back last; empty while it is checked that all goes well without any.</param>
internal sealed record RefusalSearch(
    ImmutableStack<ImmutableArray<ResourceRef>> Pending,
    ImmutableArray<ResourceRef> Testing
)
{
    /// <summary>Leaves all suspects out.</summary>
    public static RefusalSearch Start(IEnumerable<ResourceRef> suspects) =>
        new(
            [
                [.. suspects.OrderBy(suspect => suspect.Kind, StringComparer.Ordinal).ThenBy(s => s.Key)],
            ],
            []
        );

    /// <summary>What must be left out of the render now.</summary>
    public IEnumerable<ResourceRef> Withheld => Pending.SelectMany(set => set);

    /// <summary>The component took what it was given. Null: every suspect is decided.</summary>
    public RefusalSearch? Taken() => Pending.IsEmpty ? null : new(Pending.Pop(out var next), next);

    /// <summary>The component refused what it was given.</summary>
    /// <returns>
    /// The resource at fault once it is alone, and how to go on: null when every suspect is decided.
    /// <c>(null, null)</c> while nothing was being tested: the fault is none of the suspects'.
    /// </returns>
    public (ResourceRef? Guilty, RefusalSearch? Next) Refused() =>
        Testing.Length switch
        {
            0 => (null, null),
            // Without the guilty one everything else is as it was when it was taken: go on with the next set.
            1 => (Testing[0], Taken()),
            var count => (null, new RefusalSearch(Pending.Push(Testing[(count / 2)..]), Testing[..(count / 2)])),
        };
}
