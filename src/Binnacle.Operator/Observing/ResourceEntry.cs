using Binnacle.Api;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Observing;

/// <summary>A user's resource with what was decided about it alone: is it valid, and who takes it.</summary>
internal abstract record ResourceEntry(ResourceRef Reference, SelectionResult Selection, string? Rejection)
{
    /// <summary>metadata.generation of the intent that was judged.</summary>
    public abstract long Generation { get; }

    /// <summary>metadata.uid.</summary>
    public abstract string Uid { get; }

    /// <summary>It may be rendered.</summary>
    public bool IsAccepted => Rejection is null;
}

/// <inheritdoc cref="ResourceEntry" />
/// <param name="Resource">
/// The object as it was when its intent last changed: status writes do not replace it, so that rendering, whose caches
/// go by instance, does not take them for changes.
/// </param>
/// <param name="Reference">Kind and key.</param>
/// <param name="Selection">Who takes it.</param>
/// <param name="Rejection">Why it is not valid; null when it is.</param>
internal sealed record ResourceEntry<T>(T Resource, ResourceRef Reference, SelectionResult Selection, string? Rejection)
    : ResourceEntry(Reference, Selection, Rejection)
    where T : KubernetesObject, IStackResource
{
    /// <inheritdoc />
    public override long Generation => Resource.Metadata.Generation ?? 0;

    /// <inheritdoc />
    public override string Uid => Resource.Metadata.Uid ?? "";
}
