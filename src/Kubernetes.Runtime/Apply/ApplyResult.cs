using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>Names an object of any kind.</summary>
/// <param name="Type">Its resource.</param>
/// <param name="Key">Its namespace and name.</param>
public readonly record struct ObjectRef(ResourceType Type, ObjectKey Key)
{
    /// <inheritdoc />
    public override string ToString() => $"{Type.Kind} {Key}";

    internal static ObjectRef Of(KubernetesObject value) => new(value.GetResourceType(), value.Key);
}

/// <summary>An object that could not be brought to the state wanted.</summary>
/// <param name="Object">Which.</param>
/// <param name="Exception">
/// Why: a <see cref="ForeignObjectException"/>, or what the server said (<c>KubernetesApiException</c>).
/// </param>
public sealed record ApplyFailure(ObjectRef Object, Exception Exception);

/// <summary>What an <see cref="ApplySet"/> did.</summary>
public sealed record ApplyResult
{
    /// <summary>Objects that were not there.</summary>
    public required IReadOnlyList<ObjectRef> Created { get; init; }

    /// <summary>Objects that the server changed.</summary>
    public required IReadOnlyList<ObjectRef> Updated { get; init; }

    /// <summary>Objects that were as wanted, nearly all of them known so without a request.</summary>
    public required IReadOnlyList<ObjectRef> Unchanged { get; init; }

    /// <summary>StatefulSets deleted without their pods and created anew, for a field that cannot be changed.</summary>
    public required IReadOnlyList<ObjectRef> Recreated { get; init; }

    /// <summary>Objects that are wanted no longer and were deleted.</summary>
    public required IReadOnlyList<ObjectRef> Pruned { get; init; }

    /// <summary>Objects that failed. While there are any, nothing is pruned.</summary>
    public required IReadOnlyList<ApplyFailure> Failures { get; init; }

    /// <summary>
    /// After which time to apply again although nothing changed: an object was written a moment ago and the cache does
    /// not have it yet, so that its disappearance would go unnoticed. Null: no need.
    /// </summary>
    public TimeSpan? RecheckAfter { get; init; }

    /// <summary>True when the server has exactly what is wanted.</summary>
    public bool Succeeded => Failures.Count == 0;

    /// <summary>True when something on the server changed.</summary>
    public bool Changed => Created.Count + Updated.Count + Recreated.Count + Pruned.Count > 0;
}

/// <summary>An object of a wanted name is there already and belongs to somebody else; it is left alone.</summary>
public sealed class ForeignObjectException(ObjectRef reference)
    : Exception(
        $"{reference} exists and does not belong to this set; it is not taken over. Delete or rename it, or choose another name."
    );
