using System.Collections.Immutable;
using Binnacle.Operator.Reconciling;
using Binnacle.Rendering;

namespace Binnacle.Operator.Loading;

/// <summary>
/// Finds which of several changed resources a component refuses, by leaving sets of them out: first all of them, then
/// each half comes back, and a refused half is halved again. Immutable; one step per reconciliation.
/// </summary>
/// <param name="Pending">Sets that are left out for now.</param>
/// <param name="Testing">The set that was put back last; empty while it is checked that all goes well without any.</param>
/// <param name="Component">Name of the component that refused: what the others do says nothing about the suspects.</param>
internal sealed record RefusalSearch(
    ImmutableStack<ImmutableArray<ResourceRef>> Pending,
    ImmutableArray<ResourceRef> Testing,
    string Component
)
{
    /// <summary>
    /// What was there when the search began; null: no matter. Something new could be refused for its own reasons, and
    /// another would be blamed for it.
    /// </summary>
    public IReadOnlyDictionary<ResourceRef, IntentId>? Intake { get; init; }

    /// <summary>Whether an intent may be rendered during the search.</summary>
    public bool Admits(ResourceRef resource, IntentId intent) =>
        Intake is null || resource.Kind == "Dashboard" || Intake.GetValueOrDefault(resource) == intent;

    /// <summary>Leaves all suspects out.</summary>
    public static RefusalSearch Start(IEnumerable<ResourceRef> suspects, string component) =>
        new(
            [
                [.. suspects.OrderBy(suspect => suspect.Kind, StringComparer.Ordinal).ThenBy(s => s.Key)],
            ],
            [],
            component
        );

    /// <summary>What must be left out of the render now.</summary>
    public IEnumerable<ResourceRef> Withheld => Pending.SelectMany(set => set);

    /// <summary>The component took what it was given. Null: every suspect is decided.</summary>
    public RefusalSearch? Taken() =>
        Pending.IsEmpty ? null : this with { Pending = Pending.Pop(out var next), Testing = next };

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
            var count => (
                null,
                this with
                {
                    Pending = Pending.Push(Testing[(count / 2)..]),
                    Testing = Testing[..(count / 2)],
                }
            ),
        };
}
