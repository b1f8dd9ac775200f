namespace Kubernetes.Runtime.Apply;

/// <summary>What an <see cref="ApplySet"/> did.</summary>
public sealed record ApplyResult
{
    /// <summary>Objects that were not there.</summary>
    public required IReadOnlyList<ObjectRef> Created { get; init; }

    /// <summary>Objects that the server changed.</summary>
    public required IReadOnlyList<ObjectRef> Updated { get; init; }

    /// <summary>Objects that were as wanted, nearly all of them known so without a request.</summary>
    public required IReadOnlyList<ObjectRef> Unchanged { get; init; }

    /// <summary>
    /// StatefulSets deleted and created anew for a field that cannot be changed: without their pods, unless the pods
    /// lack a claim that is wanted now. Their claims stay in any case.
    /// </summary>
    public required IReadOnlyList<ObjectRef> Recreated { get; init; }

    /// <summary>Objects that are wanted no longer and were deleted.</summary>
    public required IReadOnlyList<ObjectRef> Pruned { get; init; }

    /// <summary>Objects that failed. While there are any, nothing is pruned.</summary>
    public required IReadOnlyList<ApplyFailure> Failures { get; init; }

    /// <summary>What objects could not be given; apart from it they are as wanted.</summary>
    public IReadOnlyList<ApplyDeviation> Deviations { get; init; } = [];

    /// <summary>
    /// After which time to apply again although nothing changed: an object was written a moment ago and the cache does
    /// not have it yet, so that its disappearance would go unnoticed; or there are <see cref="Deviations"/>, which may
    /// have become possible. Null: no need.
    /// </summary>
    public TimeSpan? RecheckAfter { get; init; }

    /// <summary>True when the server has exactly what is wanted.</summary>
    public bool Succeeded => Failures.Count == 0 && Deviations.Count == 0;

    /// <summary>True when something on the server changed.</summary>
    public bool Changed => Created.Count + Updated.Count + Recreated.Count + Pruned.Count > 0;
}
